using System.Globalization;

namespace ClaudeBot.Sandbox;

/// <summary>The limits of getrlimit(2), as prlimit(1) takes them.</summary>
internal static class ProcessLimits
{
    private static readonly Lazy<string[]> Own = new(() => File.ReadAllLines("/proc/self/limits"));

    /// <summary>
    /// The number of processes counts those of the sandbox alone, where it is set inside its user namespace. Memory is
    /// what may be written, not what is reserved: runtimes with a garbage collector reserve far more than they use.
    /// </summary>
    public static IEnumerable<string> Arguments(SandboxLimits limits) =>
    [
        Argument("nproc", "Max processes", limits.Processes),
        Argument("data", "Max data size", limits.Memory),
        Argument("fsize", "Max file size", limits.File),
        Argument("cpu", "Max cpu time", (long)limits.Processor.TotalSeconds),
        "--core=0",
    ];

    /// <summary>Not above the limit that this process is under itself: it could not be raised, see proc(5) for the file's columns.</summary>
    private static string Argument(string option, string name, long value)
    {
        var line = Own.Value.FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal));
        var hard = line?[name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];
        if (long.TryParse(hard, NumberStyles.None, CultureInfo.InvariantCulture, out var most))
            value = Math.Min(value, most);
        return string.Create(CultureInfo.InvariantCulture, $"--{option}={value}");
    }
}
