namespace ClaudeBot.GitHub.Apps;

/// <summary>The App that the bot is, and where it is installed.</summary>
/// <param name="Permissions">What it asks for; an installation has less until its owner accepts.</param>
/// <param name="Events">The webhook events that it is told of.</param>
public sealed record GitHubApp(long Id, string Slug, IReadOnlyDictionary<string, string> Permissions, IReadOnlyList<string> Events, IReadOnlyList<GitHubInstallation> Installations);

/// <param name="Account">The login of the user or organisation.</param>
/// <param name="Permissions">What it may do there, as in <c>contents</c>: <c>write</c>.</param>
public sealed record GitHubInstallation(long Id, string Account, IReadOnlyDictionary<string, string> Permissions, bool IsSuspended);
