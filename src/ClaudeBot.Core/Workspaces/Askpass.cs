namespace ClaudeBot.Workspaces;

/// <summary>
/// The small script by which git asks for the token (<c>GIT_ASKPASS</c>, gitcredentials(7)). It holds no secret: it
/// prints a variable that only the one git process was given, and only to the server it was meant for, so that a
/// redirect to elsewhere gets nothing.
/// </summary>
internal static class Askpass
{
    private const string User = "x-access-token";

    private const string Script = $"""
        #!/bin/sh
        case "$1" in
          "Username for '$CLAUDE_BOT_GIT_SERVER'"*) echo {User} ;;
          "Password for '$CLAUDE_BOT_GIT_LOGIN'"*) printf '%s\n' "$CLAUDE_BOT_GIT_TOKEN" ;;
          *) exit 1 ;;
        esac

        """;

    /// <summary>The variables that let one git process sign in at <paramref name="server"/>.</summary>
    /// <param name="folder">Where the script lies; it is written again when it is missing.</param>
    public static IEnumerable<KeyValuePair<string, string>> Environment(string folder, Uri server, string token)
    {
        var origin = server.GetLeftPart(UriPartial.Authority);
        yield return new("GIT_ASKPASS", Ensure(folder));
        yield return new("CLAUDE_BOT_GIT_SERVER", origin);
        yield return new("CLAUDE_BOT_GIT_LOGIN", origin.Replace("://", $"://{User}@", StringComparison.Ordinal));
        yield return new("CLAUDE_BOT_GIT_TOKEN", token);
    }

    private static string Ensure(string folder)
    {
        var path = Path.Combine(folder, ".askpass");
        if (File.Exists(path) && File.ReadAllText(path) == Script)
            return path;

        WorkspaceFolders.Create(folder);
        var draft = Path.Combine(folder, $".askpass-{Path.GetRandomFileName()}");
        File.WriteAllText(draft, Script);
        File.SetUnixFileMode(draft, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        File.Move(draft, path, overwrite: true);
        return path;
    }
}
