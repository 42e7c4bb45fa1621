namespace ClaudeBot.RunbookTests.Stack;

/// <summary>
/// The images, built as on a machine without an image registry: a base from Debian's packages, the program and its tools
/// prepared outside. What did not change since the last run is taken from Docker's cache and from artifacts/.
/// </summary>
internal static class Images
{
    public const string Base = "claude-bot-base:local";

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
        foreach (var target in new[] { "status-web", "nodejs" })
        {
            await Shell.RunAsync(
                root, cancellationToken, "docker", "build", "--quiet", "--file", "deploy/docker/Dockerfile", "--target", target,
                "--build-arg", $"BASE_IMAGE={Base}", "--build-arg", $"SDK_IMAGE={Base}", "--build-arg", "IMAGE_PARTS=/src/artifacts/image",
                "--tag", target == "nodejs" ? "claude-bot:local" : "claude-status-web:local", ".");
        }
    }
}
