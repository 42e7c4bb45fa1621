using System.Text;

namespace ClaudeBot.Processes;

/// <summary>A child process to run.</summary>
public sealed record ProcessRequest
{
    /// <summary>The program: an absolute path, or a name looked up in <c>PATH</c>.</summary>
    public required string Program { get; init; }

    public IReadOnlyList<string> Arguments { get; init; } = [];

    public required string WorkingDirectory { get; init; }

    /// <summary>The whole environment of the child: nothing is inherited from this process.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>Text for standard input, then closed. Null: closed at once.</summary>
    public string? StandardInput { get; init; }

    /// <summary>Longest run; null: no limit of its own.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Called for each line of standard output, in order, without its line end.</summary>
    public Action<string>? OnOutputLine { get; init; }

    /// <summary>Called for each line of standard error, in order.</summary>
    public Action<string>? OnErrorLine { get; init; }

    /// <summary>How much of each stream's end is kept in the result, in characters.</summary>
    public int KeepCharacters { get; init; } = 64 * 1024;

    /// <summary>How standard output is read; null: as UTF-8. <see cref="Encoding.Latin1"/> keeps every byte, as one character.</summary>
    public Encoding? OutputEncoding { get; init; }

    /// <summary>How long the child may take to end after SIGTERM before it is killed.</summary>
    public TimeSpan StopGrace { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The program only watches over the real one and ends with it. It gets no SIGTERM, which would end both at once;
    /// its children get it.
    /// </summary>
    public bool IsSupervisor { get; init; }
}

/// <summary>How a child process ended.</summary>
/// <param name="ExitCode">Its exit code; 128 + signal when a signal ended it.</param>
/// <param name="TimedOut">True when <see cref="ProcessRequest.Timeout"/> ended it.</param>
/// <param name="Output">The end of standard output.</param>
/// <param name="Error">The end of standard error.</param>
public sealed record ProcessResult(int ExitCode, bool TimedOut, string Output, string Error, TimeSpan Duration)
{
    public bool Succeeded => ExitCode == 0 && !TimedOut;
}
