using static ClaudeBot.Configuration.SettingKinds;

namespace ClaudeBot.Configuration;

/// <summary>Which GitHub, as whom, for which repositories, and what asks for work.</summary>
public static class GitHubSettings
{
    private const string Room = "GitHub and triggers";

    public static SecretSetting Token { get; } = new("GITHUB_TOKEN", "Personal access token: contents, issues and pull requests, read and write.") { Room = Room };

    public static Setting<string?> AppId { get; } = new("GITHUB_APP_ID", Text, null, "GitHub App to sign in as, with GITHUB_APP_PRIVATE_KEY_FILE; GITHUB_TOKEN is then not used.") { Room = Room };

    public static SecretSetting AppPrivateKey { get; } = new("GITHUB_APP_PRIVATE_KEY", "The App's private key (PEM); give it by GITHUB_APP_PRIVATE_KEY_FILE.") { Room = Room };

    public static Setting<Uri?> ApiUrl { get; } = new("GITHUB_API_URL", Address, new Uri("https://api.github.com"), "REST address; https://HOST/api/v3 for GitHub Enterprise Server.") { Room = Room };

    public static Setting<Uri?> ServerUrl { get; } = new("GITHUB_SERVER_URL", Address, new Uri("https://github.com"), "Address of git and of the pages.") { Room = Room };

    public static SecretSetting WebhookSecret { get; } = new("GITHUB_WEBHOOK_SECRET", "Signs webhook deliveries; without it the webhook door stays closed and the bot polls.") { Room = Room };

    public static SecretSetting WebhookSecretNext { get; } = new("GITHUB_WEBHOOK_SECRET_NEXT", "Accepted beside GITHUB_WEBHOOK_SECRET while it is being rotated.") { Room = Room };

    public static Setting<RepositoryName?> TargetRepository { get; } = new("TARGET_REPO", Repository, null, "The repository to serve.") { Room = Room };

    public static Setting<IReadOnlyList<RepositoryName>> AllowedRepositories { get; } = new("ALLOWED_REPOSITORIES", Repositories, [], "More repositories to serve; with TARGET_REPO one of the two is needed. A GitHub App needs neither: it then serves all where it is installed.") { Room = Room };

    public static Setting<string?> BotLabel { get; } = new("BOT_LABEL", Text, "claude-bot", "The label that asks for work.") { Room = Room };

    public static Setting<string?> BotMention { get; } = new("BOT_MENTION", Text, "claude-bot", "The name by which comments address the bot: @claude-bot help.") { Room = Room };

    public static Setting<TimeSpan> InputTimeout { get; } = new("INPUT_TIMEOUT", DurationKind.Minutes(TimeSpan.FromMinutes(1), TimeSpan.FromDays(365)), TimeSpan.FromDays(7), "How long a question of the agent, or a plan, waits for people before its task is cancelled.") { Room = Room };

    public static Setting<IReadOnlyList<long>> AllowedBots { get; } = new("ALLOWED_BOTS", Accounts, [], "Bot accounts that may ask for work, by numeric id (https://api.github.com/users/NAME[bot] tells it); all other bots, and this one, may not.") { Room = Room };

    public static Setting<int> MaxTasksPerIssue { get; } = new("MAX_TASKS_PER_ISSUE_AND_HOUR", Whole(1, 1000), 5, "How many tasks may be made for one issue or pull request within an hour; stops programs that answer each other.") { Room = Room };

    public static Setting<TimeSpan> IssueCheckInterval { get; } = new("ISSUE_CHECK_INTERVAL", DurationKind.Minutes(TimeSpan.FromSeconds(1), TimeSpan.FromDays(1)), TimeSpan.FromMinutes(15), "How often open issues are looked at, beside webhooks.") { Room = Room };

    public static Setting<TimeSpan> PrCheckInterval { get; } = new("PR_CHECK_INTERVAL", DurationKind.Minutes(TimeSpan.FromSeconds(1), TimeSpan.FromDays(1)), TimeSpan.FromMinutes(30), "How often the bot's open pull requests are looked at for reviews, comments, failed checks and conflicts, beside webhooks.") { Room = Room };

    public static Setting<TimeSpan> PrQuietPeriod { get; } = new("PR_QUIET_PERIOD", DurationKind.Seconds(TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1)), TimeSpan.FromSeconds(60), "So long nothing more must be said about a pull request before the bot sees to all of it at once.") { Room = Room };

    public static Setting<bool> PrFeedback { get; } = new("ENABLE_PR_FEEDBACK", Flag, true, "Stay with the bot's pull requests: reviews, comments, failed checks, conflicts.") { Room = Room };

    public static Setting<int> RetryAttempts { get; } = new("API_RETRY_ATTEMPTS", Whole(0, 10), 3, "How often a failed read of GitHub is repeated.") { Room = Room, Use = SettingUse.Planned };

    public static Setting<decimal> RetryDelay { get; } = new("API_RETRY_DELAY", Number(0.1m, 60m), 1.0m, "Seconds before the first repetition; each later one waits longer.") { Room = Room, Use = SettingUse.Planned };

    public static Setting<int> RateLimitPerHour { get; } = new("RATE_LIMIT_PER_HOUR", Whole(1, 100_000), 100, "GitHub writes per hour.") { Room = Room, Use = SettingUse.Planned };

    public static Setting<string?> AuthorName { get; } = new("GIT_AUTHOR_NAME", Text, "Claude Bot", "Author of the bot's commits.") { Room = Room };

    public static Setting<string?> AuthorEmail { get; } = new("GIT_AUTHOR_EMAIL", Text, "claude-bot@example.com", "E-mail address of the bot's commits.") { Room = Room };

    public static Setting<string?> CommitterName { get; } = new("GIT_COMMITTER_NAME", Text, null, "Committer; empty: the author.") { Room = Room };

    public static Setting<string?> CommitterEmail { get; } = new("GIT_COMMITTER_EMAIL", Text, null, "The committer's e-mail address; empty: the author's. GitHub shows signed commits as verified where it is the account's of the signing key.") { Room = Room };

    public static SecretSetting CommitSigningKey { get; } = new("COMMIT_SIGNING_KEY", "Signs the bot's commits: an SSH private key (Ed25519 or RSA) or an armored OpenPGP private key, without a passphrase; give it by COMMIT_SIGNING_KEY_FILE.") { Room = Room };

    public static Setting<string?> RepositoryDefaults { get; } = new("REPOSITORY_DEFAULTS", SettingKinds.Path, null, "File of the form of a repository's .github/claude-bot.yml: what a repository does not say itself. Checked at the start, and read at each run.") { Room = Room };

    public static Setting<string?> CommitStyle { get; } = new("COMMIT_STYLE", OneOf("plain", "conventional"), "plain", "Form of commit messages and pull requests' titles: plain, or conventional commits with the type by the issue's labels; a repository's commit_style goes before it.") { Room = Room };

    public static IReadOnlyList<Setting> All { get; } =
    [
        Token, AppId, AppPrivateKey, ApiUrl, ServerUrl, WebhookSecret, WebhookSecretNext, TargetRepository, AllowedRepositories, BotLabel, BotMention, InputTimeout,
        AllowedBots, MaxTasksPerIssue,
        IssueCheckInterval, PrCheckInterval, PrQuietPeriod, PrFeedback, RetryAttempts, RetryDelay, RateLimitPerHour,
        AuthorName, AuthorEmail, CommitterName, CommitterEmail, CommitSigningKey, RepositoryDefaults, CommitStyle,
    ];
}
