using System.Runtime.CompilerServices;
using ClaudeBot.Configuration;
using ClaudeBot.Conversation;
using ClaudeBot.GitHub;
using ClaudeBot.GitHub.Apps;
using ClaudeBot.Ledger;
using ClaudeBot.Triggers;

namespace ClaudeBot.Operations.Doctor;

/// <summary>GitHub answers, the clocks agree, the credential is good for what the bot does, and each repository is ready.</summary>
internal sealed class GitHubExamination(BotConfiguration configuration, GitHubClient github, GitHubServer server, AuthCheck auth, IPenaltyStore penalties, ServedRepositories served, TriggerOptions triggers, TimeProvider time) : IExamination
{
    private const string Clock = "clock";
    private const int MostRepositories = 100;

    /// <summary>GitHub refuses an App's signature that is more than a minute from the future ("Generating a JSON Web Token").</summary>
    private static readonly TimeSpan TooFar = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Far = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Soon = TimeSpan.FromDays(14);

    public string Subject => "GitHub";

    public async IAsyncEnumerable<Finding> LookAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (configuration.FaultsFor(ConfigurationNeeds.GitHub).Any(fault => fault.Key.StartsWith("GITHUB_", StringComparison.Ordinal)))
        {
            yield return Finding.Warning(Subject, "it is not asked, because its settings have the faults above", "Correct them and run this again");
            yield break;
        }

        // Kept as the bot keeps it: not even a call that counts against no limit.
        if (await PenaltyAsync(cancellationToken) is { } until && until > time.GetUtcNow())
        {
            yield return Finding.Warning(Subject, $"its rate limit is reached; the bot sends nothing before {until:u}", "Run this again after that");
            yield break;
        }

        var (headers, unreachable) = await AskAsync(cancellationToken);
        if (unreachable is not null)
        {
            yield return unreachable;
            yield break;
        }

        yield return SkewOf(headers!);
        var who = await auth.GitHubAsync(cancellationToken);
        yield return who.Verdict switch
        {
            AuthVerdict.Accepted => Finding.Ok("GitHub credential", who.Detail),
            AuthVerdict.Refused => Finding.Fault("GitHub credential", FaultKind.Authentication, who.Detail.TrimEnd('.'), github.IsApp ? "Put the App's current private key in the file of GITHUB_APP_PRIVATE_KEY_FILE, and check GITHUB_APP_ID" : "Make a new token and put it in the place named above; docs/GITHUB_APP.md tells of Apps"),
            _ => Finding.Fault("GitHub credential", FaultKind.Unavailable, who.Detail.TrimEnd('.'), "Try again; https://www.githubstatus.com tells of outages"),
        };
        if (who.Verdict != AuthVerdict.Accepted)
            yield break;
        foreach (var finding in github.IsApp ? OfApp(await github.GetAppAsync(cancellationToken)) : OfToken(headers!))
            yield return finding;
        await foreach (var finding in OfRepositoriesAsync(cancellationToken))
            yield return finding;
    }

    private async Task<(GitHubHeaders? Headers, Finding? Unreachable)> AskAsync(CancellationToken cancellationToken)
    {
        var api = configuration.Get(GitHubSettings.ApiUrl)!;
        try
        {
            return (await server.AskAsync(cancellationToken), null);
        }
        catch (Exception error) when (error is HttpRequestException || (error is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return (null, Finding.Fault(Subject, FaultKind.Unavailable, $"{api.Host} cannot be reached: {error.Message.TrimEnd('.')}", "Check name resolution, proxy and firewall, and GITHUB_API_URL"));
        }
    }

    private async Task<DateTimeOffset?> PenaltyAsync(CancellationToken cancellationToken)
    {
        try
        {
            return (await penalties.FindAsync(configuration.Get(GitHubSettings.ApiUrl)!.Authority, cancellationToken))?.Until;
        }
        catch (Exception error) when (error is LedgerUnavailableException or LedgerVersionException)
        {
            return null; // The ledger's fault is told already.
        }
    }

    private Finding SkewOf(GitHubHeaders headers)
    {
        if (headers.Skew is not { } skew)
            return Finding.Warning(Clock, "GitHub's answer has no date to compare with", "Look whether a proxy takes it out");
        var told = $"this machine is {Math.Abs(skew.TotalSeconds):0} s {(skew < TimeSpan.Zero ? "behind" : "before")} GitHub";
        var remedy = "Keep the clock by NTP: timedatectl set-ntp true";
        if (skew.Duration() > TooFar)
            return Finding.Fault(Clock, FaultKind.Other, $"{told}{(github.IsApp ? "; GitHub refuses an App's signature from such a clock" : "")}", remedy);
        return skew.Duration() > Far ? Finding.Warning(Clock, told, remedy) : Finding.Ok(Clock, told);
    }

    private IEnumerable<Finding> OfToken(GitHubHeaders headers)
    {
        const string Check = "token";
        if (headers.TokenEnds is { } ends)
            yield return ends - time.GetUtcNow() < Soon ? Finding.Warning(Check, $"it expires at {ends:u}", "Make the next one now, and put it beside as github_token_v2; docs/RUNBOOK.md tells how") : Finding.Ok(Check, $"it expires at {ends:u}");
        if (headers.Scopes is not { } scopes)
            yield return Finding.Ok(Check, "it is no classic token: GitHub tells nobody what it may do; it needs contents, issues and pull requests, read and write");
        else if (!scopes.Contains("repo") && !scopes.Contains("public_repo"))
            yield return Finding.Fault(Check, FaultKind.Authentication, $"its scopes are {string.Join(", ", scopes)}; repo is missing", "Give the token the scope repo (public_repo where all repositories are public)");
        else
            yield return Finding.Ok(Check, $"its scopes are {string.Join(", ", scopes)}");
    }

    private IEnumerable<Finding> OfApp(GitHubApp app)
    {
        const string Check = "GitHub App";
        var settings = $"{configuration.Get(GitHubSettings.ServerUrl)!.AbsoluteUri.TrimEnd('/')}/settings/apps/{app.Slug}/permissions (an organisation's App: /organizations/NAME/settings/apps/{app.Slug}/permissions)";
        if (AppNeeds.MissingIn(app.Permissions) is { Count: > 0 } missing)
            yield return Finding.Fault(Check, FaultKind.Authentication, $"the App may not do all it must: {string.Join(", ", missing)}", $"Grant it at {settings}, then accept it in each installation");
        if (AppNeeds.Events.Except(app.Events).ToList() is { Count: > 0 } unheard)
            yield return Finding.Warning(Check, $"the App is not told of {string.Join(", ", unheard)}", $"Subscribe to them under 'Subscribe to events' at {settings}");
        if (app.Installations.Count == 0)
            yield return Finding.Fault(Check, FaultKind.Authentication, "the App is installed nowhere", $"Install it: {configuration.Get(GitHubSettings.ServerUrl)!.AbsoluteUri.TrimEnd('/')}/apps/{app.Slug}/installations/new");
        foreach (var installation in app.Installations)
        {
            if (installation.IsSuspended)
                yield return Finding.Warning(Check, $"its installation in {installation.Account} is suspended", "Its owner can lift that in the settings of the account, under Applications");
            else if (AppNeeds.MissingIn(installation.Permissions) is { Count: > 0 } lacking)
                yield return Finding.Fault(Check, FaultKind.Authentication, $"its installation in {installation.Account} lacks {string.Join(", ", lacking)}", $"The owner of {installation.Account} must accept the App's new permissions: settings of the account, Applications, Configure");
            else
                yield return Finding.Ok(Check, $"installed in {installation.Account} with all permissions that it needs");
        }
    }

    private async IAsyncEnumerable<Finding> OfRepositoriesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (repositories, fault) = await TryAsync(() => served.ListAsync(cancellationToken), "repositories", "the repositories");
        if (fault is not null)
            yield return fault;
        if (repositories is { Count: 0 })
            yield return Finding.Warning("repositories", "the bot serves none", "Install the App in one, or name one in TARGET_REPO");
        foreach (var repository in (repositories ?? []).Take(MostRepositories))
        {
            var (finding, failed) = await TryAsync(() => OfRepositoryAsync(repository, cancellationToken), "repository", repository.ToString());
            yield return finding ?? failed!;
        }
    }

    private async Task<Finding> OfRepositoryAsync(RepositoryName name, CancellationToken cancellationToken)
    {
        const string Check = "repository";
        var repository = await github.GetRepositoryAsync(name, cancellationToken);
        if (repository.IsArchived)
            return Finding.Warning(Check, $"{name} is archived: nothing can be done in it", "Take it out of TARGET_REPO and ALLOWED_REPOSITORIES");
        if (!github.IsApp && await github.GetPermissionAsync(name, await github.GetCurrentUserAsync(cancellationToken), cancellationToken) is var permission and < RepositoryPermission.Write)
            return Finding.Fault(Check, FaultKind.Authentication, $"the bot's account has the permission {permission.ToString().ToLowerInvariant()} in {name}", "Invite the account with the role Write");
        var labels = BotLabels.Definitions(triggers.BotLabel);
        var missing = await github.MissingLabelsAsync(name, labels, cancellationToken);
        return missing.Count == 0
            ? Finding.Ok(Check, $"{name} can be read and has all labels")
            : Finding.Warning(Check, $"{name} lacks the labels {string.Join(", ", missing.Select(label => label.Name))}", "The bot's next start makes them, or 'claude-bot doctor --fix', or 'claude-bot labels setup'") with
            {
                Cure = async token => $"made the labels {string.Join(", ", await github.EnsureLabelsAsync(name, labels, token))} in {name}",
            };
    }

    private static async Task<(T? Value, Finding? Fault)> TryAsync<T>(Func<Task<T>> ask, string check, string about) where T : class
    {
        try
        {
            return (await ask(), null);
        }
        catch (GitHubException fault)
        {
            return (null, fault.Kind switch
            {
                GitHubFaultKind.Unauthorized or GitHubFaultKind.Forbidden or GitHubFaultKind.NotFound => Finding.Fault(check, FaultKind.Authentication, $"{about} cannot be seen or used with this credential: {fault.Message.TrimEnd('.')}", "Check the spelling, and give the token or the App access to it"),
                _ => Finding.Fault(check, FaultKind.Unavailable, $"{about}: {fault.Message.TrimEnd('.')}", fault.RetryAt is { } at ? $"Run this again after {at:u}" : "Run this again later"),
            });
        }
    }
}
