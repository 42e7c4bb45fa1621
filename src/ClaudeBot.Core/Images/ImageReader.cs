using System.ComponentModel;
using System.Globalization;
using System.Runtime.InteropServices;
using ClaudeBot.Processes;
using ClaudeBot.Sandbox;
using Microsoft.Extensions.Logging;

namespace ClaudeBot.Images;

/// <summary>Has an untrusted image read and made anew by a process in the sandbox, which has nothing but the program and no network.</summary>
public sealed partial class ImageReader(SandboxRunner sandbox, ImageOptions options, ILogger<ImageReader> logger)
{
    private const int LargestOutput = 24 * 1024 * 1024;

    private static readonly string[] Reasons = [ImageReencoder.NoImage, ImageReencoder.TooManyPixels, ImageReencoder.Broken];

    // .../dotnet/shared/Microsoft.NETCore.App/10.0.0/, or the program's own folder where it was published with its runtime.
    private static readonly string RuntimeFolder = Path.TrimEndingDirectorySeparator(RuntimeEnvironment.GetRuntimeDirectory());
    private static readonly bool BringsRuntime = RuntimeFolder == Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory);
    private static readonly string Runtime = BringsRuntime ? RuntimeFolder : Path.GetFullPath(Path.Combine(RuntimeFolder, "..", "..", ".."));

    /// <exception cref="ImageException">It cannot be read, or must not be.</exception>
    internal async Task<ReencodedImage> ReadAsync(byte[] bytes, CancellationToken cancellationToken)
    {
        var empty = Directory.CreateTempSubdirectory("claude-bot-image-");
        try
        {
            return Judge(await sandbox.RunAsync(Command(bytes, empty.FullName), new SandboxView(empty.FullName, empty.FullName) { Readable = [Runtime, AppContext.BaseDirectory] }, cancellationToken));
        }
        catch (Win32Exception missing)
        {
            Log.Unread(logger, missing.Message);
            throw new ImageException("not readable on the bot's machine");
        }
        finally
        {
            empty.Delete(recursive: true);
        }
    }

    private ReencodedImage Judge(ProcessResult result)
    {
        if (result is { ExitCode: ImageProtocol.LeftOut, TimedOut: false } && Reasons.Contains(result.Error.Trim()))
            throw new ImageException(result.Error.Trim());
        if (result.TimedOut)
            throw new ImageException("takes too long to read");
        if (!result.Succeeded)
        {
            // The decoder broke down over it, or ran into a limit: that is what it has a process of its own for.
            Log.Unread(logger, string.Create(CultureInfo.InvariantCulture, $"exit code {result.ExitCode}, {result.Error.ReplaceLineEndings(" ").Trim()}"));
            throw new ImageException(ImageReencoder.Broken);
        }

        try
        {
            return ImageProtocol.Read(result.Output);
        }
        catch (FormatException)
        {
            throw new ImageException(ImageReencoder.Broken);
        }
    }

    private ProcessRequest Command(byte[] bytes, string folder) => new()
    {
        Program = ProgramPath.OfSystem("prlimit", "util-linux"),
        Arguments =
        [
            string.Create(CultureInfo.InvariantCulture, $"--data={options.ReadMemory}"),
            string.Create(CultureInfo.InvariantCulture, $"--cpu={(long)options.ReadTimeout.TotalSeconds}"),
            "--", .. BringsRuntime ? (string[])[Path.ChangeExtension(options.Program, null)] : [Path.Combine(Runtime, "dotnet"), options.Program], "image",
        ],
        WorkingDirectory = folder,
        Environment = new Dictionary<string, string>
        {
            ["PATH"] = "/usr/bin:/bin",
            ["HOME"] = folder,
            ["DOTNET_EnableDiagnostics"] = "0",
            ["DOTNET_GCHeapHardLimit"] = "0x10000000",
            ["DOTNET_TieredPGO"] = "0",
        },
        StandardInput = Convert.ToBase64String(bytes),
        Timeout = options.ReadTimeout,
        KeepCharacters = LargestOutput,
    };

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "An image of an issue could not be read: {Reason}")]
        public static partial void Unread(ILogger logger, string reason);
    }
}
