using ClaudeBot.Secrets;

namespace ClaudeBot.StatusWeb;

public sealed record StatusWebOptions
{
    /// <summary><c>STATUS_DATA_DIR</c>: one <c>{bot_id}.json</c> for each bot that reported.</summary>
    public required string DataDirectory { get; init; }

    /// <summary><c>STATUS_TOKEN</c>, asked at each use; while it is unset no report is taken and nobody can act.</summary>
    public required SecretSource Token { get; init; }

    /// <summary>How often bots report; one that is silent for two and a half of these is <c>offline</c>.</summary>
    public TimeSpan ReportInterval { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>True: reading needs the token, or a session, too.</summary>
    public bool ReadsNeedToken { get; init; }

    /// <summary>Where the transcripts lie; null: this process does not see them.</summary>
    public string? TranscriptDirectory { get; init; }

    /// <summary>How many may follow events at a time.</summary>
    public int MostListeners { get; init; } = 50;

    /// <summary>Pages link to addresses of this server only.</summary>
    public Uri GitHubServer { get; init; } = new("https://github.com");
}
