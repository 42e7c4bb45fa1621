using System.Globalization;
using System.Text.RegularExpressions;

namespace ClaudeBot.EndToEndTests.Durability;

/// <summary>One system call in the order of the log: where it began and where it had ended.</summary>
internal sealed record SystemCall(int Thread, string Name, string Arguments, long Result, int Began, int Ended)
{
    /// <summary>The file or socket of the first argument, as <c>strace -y</c> names it.</summary>
    public string? File => SystemCalls.FirstFile().Match(Arguments) is { Success: true } match ? match.Groups[1].Value : null;

    public bool IsSync => Name is "fsync" or "fdatasync" && Result == 0;
}

/// <summary>Reads what <c>strace -f -y -o</c> wrote.</summary>
internal static partial class SystemCalls
{
    /// <summary>The program to start a bot under.</summary>
    public static string[] Tracer(string log) =>
    [
        "strace", "-f", "-qq", "-y", "-s", "1024", "--seccomp-bpf", "-o", log,
        "-e", "trace=fsync,fdatasync,pwrite64,rename,renameat,renameat2,recvfrom,recvmsg,sendto,sendmsg",
    ];

    /// <summary>All finished calls, by the place of their end.</summary>
    public static IReadOnlyList<SystemCall> Read(string log)
    {
        var calls = new List<SystemCall>();
        var begun = new Dictionary<int, (string Text, int Line)>();
        var number = 0;
        foreach (var line in System.IO.File.ReadLines(log))
        {
            number++;
            if (Thread().Match(line) is not { Success: true } start)
                continue;
            var thread = int.Parse(start.Groups[1].Value, CultureInfo.InvariantCulture);
            var (text, began) = (line[start.Length..], number);
            if (text.EndsWith(Unfinished, StringComparison.Ordinal))
            {
                begun[thread] = (text[..^Unfinished.Length], number);
                continue;
            }

            if (Resumed().Match(text) is { Success: true } resumed && begun.Remove(thread, out var first))
                (text, began) = (first.Text + text[resumed.Length..], first.Line);
            if (Whole().Match(text) is { Success: true } call)
                calls.Add(new SystemCall(thread, call.Groups[1].Value, call.Groups[2].Value, long.Parse(call.Groups[3].Value, CultureInfo.InvariantCulture), began, number));
        }

        return calls;
    }

    private const string Unfinished = " <unfinished ...>";

    [GeneratedRegex(@"\A(\d+) +")]
    private static partial Regex Thread();

    [GeneratedRegex(@"\A<\.\.\. \w+ resumed>")]
    private static partial Regex Resumed();

    [GeneratedRegex(@"\A(\w+)\((.*)\) += (-?\d+)(?: .*)?\z", RegexOptions.Singleline)]
    private static partial Regex Whole();

    [GeneratedRegex(@"\A\d+<([^>]*)>")]
    internal static partial Regex FirstFile();
}
