namespace ClaudeBot.Workspaces;

/// <summary>Where one git command works.</summary>
/// <param name="Directory">The git directory, always one that the host alone writes.</param>
/// <param name="WorkTree">The agent's folder; null: none is needed.</param>
internal sealed record GitPlace(string Directory, string? WorkTree = null);

/// <summary>
/// The whole environment of a git command: no configuration of the machine's or the user's, and settings that
/// outrank every file. docs/adr/0006-trusted-git.md says what each is for.
/// </summary>
internal static class GitEnvironment
{
    private static readonly (string Key, string Value)[] Settings =
    [
        ("core.hooksPath", "/dev/null"),
        ("core.fsmonitor", "false"),
        ("core.untrackedCache", "false"),
        ("core.attributesFile", "/dev/null"),
        ("core.excludesFile", "/dev/null"),
        ("core.protectHFS", "true"),
        ("core.protectNTFS", "true"),
        ("core.autocrlf", "false"),
        ("core.fileMode", "true"),
        ("core.symlinks", "true"),
        // Nothing here outlives a power cut by itself: mirrors and workspaces are made again, pushed work is the server's.
        ("core.fsync", "none"),
        ("checkout.workers", "0"),
        ("commit.gpgSign", "false"),
        ("push.gpgSign", "false"),
        ("push.recurseSubmodules", "no"),
        ("fetch.recurseSubmodules", "false"),
        ("fetch.unpackLimit", "1"),
        ("submodule.recurse", "false"),
        ("diff.ignoreSubmodules", "all"),
        ("credential.helper", ""),
        ("transfer.bundleURI", "false"),
        ("gc.auto", "0"),
        ("maintenance.auto", "false"),
        // A connection slower than 1 kB/s for a minute is a dead one.
        ("http.lowSpeedLimit", "1000"),
        ("http.lowSpeedTime", "60"),
    ];

    public static Dictionary<string, string> For(GitPlace place, WorkspaceOptions options)
    {
        var environment = new Dictionary<string, string>
        {
            ["PATH"] = "/usr/local/bin:/usr/bin:/bin",
            ["HOME"] = "/nonexistent",
            ["LC_ALL"] = "C",
            ["GIT_DIR"] = place.Directory,
            ["GIT_CONFIG_GLOBAL"] = "/dev/null",
            ["GIT_CONFIG_NOSYSTEM"] = "1",
            ["GIT_ATTR_NOSYSTEM"] = "1",
            ["GIT_TERMINAL_PROMPT"] = "0",
            ["GIT_NO_REPLACE_OBJECTS"] = "1",
            ["GIT_ALLOW_PROTOCOL"] = options.AllowedProtocols,
            ["GIT_CONFIG_COUNT"] = $"{Settings.Length}",
        };
        if (place.WorkTree is not null)
            environment["GIT_WORK_TREE"] = place.WorkTree;
        for (var i = 0; i < Settings.Length; i++)
        {
            environment[$"GIT_CONFIG_KEY_{i}"] = Settings[i].Key;
            environment[$"GIT_CONFIG_VALUE_{i}"] = Settings[i].Value;
        }

        return environment;
    }
}
