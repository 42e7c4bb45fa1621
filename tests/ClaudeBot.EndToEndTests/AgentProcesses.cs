namespace ClaudeBot.EndToEndTests;

/// <summary>What <c>/proc</c> tells of the processes on this machine; those that are gone, or not ours to read, are left out.</summary>
internal static class AgentProcesses
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    /// <summary>The environments of all processes whose home lies in the bot's data folder, with where they were read.</summary>
    public static List<(string Where, string Text)> Environments(string dataDirectory) =>
        [.. Each("environ").Where(process => process.Text.Contains($"HOME={dataDirectory}/sessions/", StringComparison.Ordinal))];

    /// <summary>The command lines of all processes.</summary>
    public static List<(string Where, string Text)> CommandLines() => [.. Each("cmdline")];

    /// <summary>
    /// The command lines of all processes with a home in the bot's data folder, or that work in it: the environment can
    /// be wiped. The bot itself is none of them.
    /// </summary>
    public static List<(string Where, string Text)> InFolder(string dataDirectory)
    {
        var homes = $"{dataDirectory}/sessions/";
        var environments = Environments(dataDirectory).Select(process => process.Where).ToHashSet();
        return [.. CommandLines().Where(process => environments.Contains(process.Where) || WorksIn(process.Where).StartsWith(homes, StringComparison.Ordinal)
            || WorksIn(process.Where).StartsWith($"{dataDirectory}/workspaces/", StringComparison.Ordinal))];
    }

    /// <summary>Completes when no process of <see cref="InFolder"/> is left; fails when one is after <paramref name="limit"/>.</summary>
    public static Task WhenGoneAsync(string dataDirectory, TimeSpan limit, CancellationToken cancellationToken) =>
        WhenAsync(dataDirectory, alive => alive.Count == 0, limit, cancellationToken);

    /// <summary>Completes when the processes of <see cref="InFolder"/> are as wished; fails when they are not after <paramref name="limit"/>.</summary>
    public static async Task WhenAsync(string dataDirectory, Func<List<(string Where, string Text)>, bool> wished, TimeSpan limit, CancellationToken cancellationToken)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (InFolder(dataDirectory) is var alive && !wished(alive))
        {
            if (TimeProvider.System.GetElapsedTime(began) > limit)
                throw new ShouldAssertException($"After {limit.TotalSeconds} s there are: {string.Join("; ", alive.Select(process => $"{process.Where} {process.Text.Replace('\0', ' ')}"))}");
            await Task.Delay(Look, TimeProvider.System, cancellationToken);
        }
    }

    /// <summary>Completes when a file of this name lies anywhere below the folder.</summary>
    public static async Task WhenFileAsync(string folder, string name, CancellationToken cancellationToken)
    {
        while (!Directory.EnumerateFiles(folder, name, SearchOption.AllDirectories).Any())
            await Task.Delay(Look, TimeProvider.System, cancellationToken);
    }

    /// <summary>A file of every process.</summary>
    public static IEnumerable<(string Where, string Text)> Each(string name) =>
        Directory.EnumerateDirectories("/proc")
            .Select(folder => (Where: folder, Text: Read($"{folder}/{name}")))
            .Where(process => process.Text.Length > 0);

    private static string WorksIn(string process)
    {
        try
        {
            return new DirectoryInfo($"{process}/cwd").LinkTarget ?? "";
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static string Read(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
