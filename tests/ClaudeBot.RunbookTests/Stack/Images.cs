using System.Runtime.InteropServices;

namespace ClaudeBot.RunbookTests.Stack;

/// <summary>
/// The images, built as on a machine without an image registry: a base from Debian's packages, the program and its tools
/// prepared outside. What did not change since the last run is taken from Docker's cache and from artifacts/.
/// </summary>
internal static class Images
{
    public const string Base = "claude-bot-base:local";

    private const string Sdk = "claude-bot-sdk:local";

    /// <summary>Where .NET is on this machine.</summary>
    public static string MachineDotnet { get; } = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));

    public static async Task BuildAsync(CancellationToken cancellationToken)
    {
        var root = RepositoryFolder.Root;
        var archive = Path.Combine(root, "artifacts", "image-base.tar");
        var packages = Path.Combine(root, "deploy", "docker");
        var newest = Directory.GetFiles(packages, "packages-*.txt").Append(Path.Combine(packages, "base-image.sh")).Max(File.GetLastWriteTimeUtc);
        if (File.GetLastWriteTimeUtc(archive) < newest)
            File.Delete(archive);
        await Task.WhenAll(
            Shell.RunAsync(root, cancellationToken, "env", $"CACHE={archive}", Path.Combine(packages, "base-image.sh"), Base),
            Shell.RunAsync(root, cancellationToken, Path.Combine(packages, "prepare.sh")));
        await BuildAsync("status-web", "claude-status-web:local", Base, cancellationToken);
        await BuildAsync("nodejs", "claude-bot:local", Base, cancellationToken);
    }

    /// <summary>The image with the .NET SDK, which is this machine's; after <see cref="BuildAsync(CancellationToken)"/>.</summary>
    public static async Task BuildWithSdkAsync(CancellationToken cancellationToken)
    {
        await Shell.RunAsync(MachineDotnet, cancellationToken, "sh", "-c", $"printf 'FROM {Base}\nCOPY . /usr/share/dotnet\n' | docker build --quiet --tag {Sdk} --file - .");
        await BuildAsync("dotnet", "claude-bot-dotnet:local", Sdk, cancellationToken);
    }

    private static Task<string> BuildAsync(string target, string tag, string sdk, CancellationToken cancellationToken) => Shell.RunAsync(
        RepositoryFolder.Root, cancellationToken, "docker", "build", "--quiet", "--file", "deploy/docker/Dockerfile", "--target", target,
        "--build-arg", $"BASE_IMAGE={Base}", "--build-arg", $"SDK_IMAGE={sdk}", "--build-arg", "IMAGE_PARTS=/src/artifacts/image", "--tag", tag, ".");
}
