using System.Text;
using ClaudeBot.Sandbox;

namespace ClaudeBot.Agents;

/// <summary>
/// Files of the work tree as the built-in agent's tools read and write them: from inside its sandbox, by small programs,
/// never by this process. A link, a pipe or a device that the agent put there, at whatever moment, leads no further than
/// its own shell does.
/// </summary>
internal sealed class WorkTreeFiles(AgentRequest request, string searchPath, SandboxRunner sandbox)
{
    /// <summary>The longest file that can be written or edited, in bytes.</summary>
    private const int Longest = 1024 * 1024;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The beginning of a text file.</summary>
    /// <param name="file">A path that <see cref="WorkTreePath.Resolve"/> gave.</param>
    /// <param name="characters">How much of it, at least.</param>
    /// <exception cref="ToolException">It is not there, is no regular file, or no text.</exception>
    public async Task<string> ReadAsync(string file, int characters, CancellationToken cancellationToken) =>
        Text(await HeadAsync(file, 4 * characters, cancellationToken), isWhole: false);

    /// <summary>A whole text file.</summary>
    /// <exception cref="ToolException">The same, or it is too long.</exception>
    public async Task<string> ReadWholeAsync(string file, CancellationToken cancellationToken)
    {
        var bytes = await HeadAsync(file, Longest + 1, cancellationToken);
        return bytes.Length <= Longest ? Text(bytes, isWhole: true) : throw new ToolException($"The file has more than {Longest} bytes; use the shell.");
    }

    /// <summary>Writes a file and makes its folder.</summary>
    /// <exception cref="ToolException">It cannot be written, or what is there is no regular file.</exception>
    public async Task WriteAsync(string file, string content, CancellationToken cancellationToken)
    {
        if (Encoding.UTF8.GetByteCount(content) > Longest)
            throw new ToolException($"The text has more than {Longest} bytes; use the shell.");
        await RunAsync("""[ ! -e "$1" ] || [ -f "$1" ] || { echo "It is no regular file." >&2; exit 1; }; mkdir -p -- "$(dirname -- "$1")" && cat > "$1" """, [file], content, cancellationToken);
    }

    /// <summary>The names in a folder, one a line; folders end in a slash.</summary>
    /// <exception cref="ToolException">There is no such folder.</exception>
    public async Task<string> ListAsync(string folder, CancellationToken cancellationToken) =>
        (await RunAsync("""LC_ALL=C ls -1Ap -- "$1" """, [folder], null, cancellationToken)).TrimEnd('\n');

    private async Task<byte[]> HeadAsync(string file, int bytes, CancellationToken cancellationToken) => Convert.FromBase64String(await RunAsync(
        """[ -e "$1" ] || { echo "There is no such file." >&2; exit 1; }; [ -f "$1" ] || { echo "It is no regular file." >&2; exit 1; }; head -c "$2" -- "$1" | base64 -w0""",
        [file, $"{bytes}"], null, cancellationToken));

    private static string Text(byte[] bytes, bool isWhole)
    {
        var characters = new char[Utf8.GetMaxCharCount(bytes.Length)];
        try
        {
            // A piece may end within a character, which is left out then.
            var count = Utf8.GetDecoder().GetChars(bytes, 0, bytes.Length, characters, 0, flush: isWhole);
            var text = new string(characters, 0, count);
            return text.Contains('\0', StringComparison.Ordinal) ? throw new ToolException("The file is no text; use the shell.") : text;
        }
        catch (DecoderFallbackException)
        {
            throw new ToolException("The file is no text in UTF-8; use the shell.");
        }
    }

    private async Task<string> RunAsync(string script, IReadOnlyList<string> arguments, string? input, CancellationToken cancellationToken)
    {
        var command = AgentShell.Command(script, request, searchPath);
        var result = await sandbox.RunAsync(
            command with { Arguments = [.. command.Arguments, "file", .. arguments], StandardInput = input, Timeout = Timeout, KeepCharacters = 2 * Longest },
            AgentShell.View(request),
            cancellationToken);
        return result switch
        {
            { TimedOut: true } => throw new ToolException("It took too long."),
            { Succeeded: true } => result.Output,
            _ => throw new ToolException(result.Error.Trim() is { Length: > 0 } error ? error : $"Exit code {result.ExitCode}."),
        };
    }
}
