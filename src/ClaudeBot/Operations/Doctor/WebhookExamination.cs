using System.Runtime.CompilerServices;
using ClaudeBot.Configuration;
using ClaudeBot.GitHub;
using ClaudeBot.GitHub.Apps;
using ClaudeBot.Triggers;

namespace ClaudeBot.Operations.Doctor;

/// <summary>GitHub's webhooks lead to this bot, and what it sent of late has arrived.</summary>
internal sealed class WebhookExamination(BotConfiguration configuration, GitHubClient github, ServedRepositories served, TimeProvider time) : IExamination
{
    private const string Recent = "webhook deliveries";
    private const int MostDeliveries = 100;
    private const string Create = "Settings, Webhooks, Add webhook: the public address of WEBHOOK_PORT with /webhooks/github, content type application/json, the secret of GITHUB_WEBHOOK_SECRET";
    private static readonly TimeSpan LookBack = TimeSpan.FromDays(1);

    public string Subject => "webhook";

    public async IAsyncEnumerable<Finding> LookAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (!configuration.IsSet(GitHubSettings.WebhookSecret) || configuration.Get(DoorSettings.WebhookPort) is null)
        {
            yield return Finding.Warning(Subject, $"the door is closed, so issues are found by the poll alone, every {configuration.Get(GitHubSettings.IssueCheckInterval).TotalMinutes:0.##} minutes", "Set GITHUB_WEBHOOK_SECRET and WEBHOOK_PORT, and the webhook on GitHub; or lower ISSUE_CHECK_INTERVAL");
            yield break;
        }

        if (configuration.FaultsFor(ConfigurationNeeds.GitHub).Any(fault => fault.Key.StartsWith("GITHUB_", StringComparison.Ordinal)))
            yield break; // Told above.
        var findings = new List<Finding>();
        try
        {
            if (github.IsApp)
                findings.Add(await OfDeliveriesAsync("the App's webhook", DeliveryLog.OfApp, cancellationToken));
            else
                findings.AddRange(await OfRepositoriesAsync(cancellationToken));
        }
        catch (GitHubException fault)
        {
            findings.Add(fault.Kind is GitHubFaultKind.NotFound or GitHubFaultKind.Forbidden
                ? Finding.Warning(Subject, $"GitHub does not tell of it: {fault.Message.TrimEnd('.')}", "An App needs an active webhook: its settings, Webhook; docs/GITHUB_APP.md")
                : Finding.Warning(Subject, $"GitHub cannot be asked now: {fault.Message.TrimEnd('.')}", "See the lines about GitHub above"));
        }

        foreach (var finding in findings)
            yield return finding;
    }

    private async Task<List<Finding>> OfRepositoriesAsync(CancellationToken cancellationToken)
    {
        var findings = new List<Finding>();
        foreach (var repository in await served.ListAsync(cancellationToken))
        {
            if (await github.FindHooksAsync(repository, cancellationToken) is not { } all)
            {
                findings.Add(Finding.Ok(Subject, $"{repository}: its webhooks cannot be read with this token (a classic one needs admin:repo_hook); the poll finds what they miss"));
                continue;
            }

            var hooks = all.Where(WebhookLogs.LeadsHere).ToList();
            if (hooks.Count == 0)
                findings.Add(Finding.Warning(Subject, $"{repository} has no webhook whose address ends in {WebhookLogs.Door}", Create));
            foreach (var hook in hooks)
                findings.AddRange(await OfHookAsync(repository, hook, cancellationToken));
        }

        return findings;
    }

    private async Task<IReadOnlyList<Finding>> OfHookAsync(RepositoryName repository, GitHubHook hook, CancellationToken cancellationToken)
    {
        var what = $"{repository}: the webhook to {hook.Url.GetLeftPart(UriPartial.Path)}";
        if (!hook.IsActive)
            return [Finding.Warning(Subject, $"{what} is not active", "Tick Active in its settings")];
        if (hook.ContentType != "json")
            return [Finding.Fault(Subject, FaultKind.Other, $"{what} sends forms, which are refused with 415", "Choose the content type application/json in its settings")];
        var unheard = hook.Events.Contains("*") ? [] : AppNeeds.Events.Except(hook.Events).ToList();
        var told = await OfDeliveriesAsync(what, hook.Log, cancellationToken);
        return unheard.Count == 0 ? [told] : [Finding.Warning(Subject, $"{what} is not told of {string.Join(", ", unheard)}", "Choose them in its settings under 'Let me select individual events'"), told];
    }

    private async Task<Finding> OfDeliveriesAsync(string what, DeliveryLog log, CancellationToken cancellationToken)
    {
        var since = time.GetUtcNow() - LookBack;
        var attempts = await github.ReadDeliveriesAsync(log, cancellationToken).TakeWhile(attempt => attempt.At >= since).Take(MostDeliveries).ToListAsync(cancellationToken);
        if (attempts.Count == 0)
            return Finding.Ok(Recent, $"{what}: none within a day");
        var failed = attempts.GroupBy(attempt => attempt.DeliveryId).Where(same => !same.Any(attempt => attempt.Arrived)).Select(same => same.First()).ToList();
        var newest = attempts[0];
        if (!newest.Arrived)
            return Finding.Fault(Recent, FaultKind.Unavailable, $"{what}: the newest ({newest.Event}, {newest.At:u}) {Answered(newest)}", Remedy(newest.Answer));
        return failed.Count == 0
            ? Finding.Ok(Recent, $"{what}: all {attempts.Count} of the last day arrived, the newest at {newest.At:u}")
            : Finding.Warning(Recent, $"{what}: {failed.Count} of the last day did not arrive; the last of them ({failed[0].Event}, {failed[0].At:u}) {Answered(failed[0])}", "They come again by themselves, or now: 'claude-bot webhook replay --since 1d'");
    }

    private static string Answered(GitHubDelivery attempt) => attempt.Answer is 0 or >= 1000 ? "found nobody to answer" : $"was answered {attempt.Answer}";

    private static string Remedy(int answer) => answer switch
    {
        401 => "The secret there is not GITHUB_WEBHOOK_SECRET here: set both to the same",
        404 => $"The proxy before the bot does not pass {WebhookLogs.Door} on: correct its path",
        415 => "Choose the content type application/json in the webhook's settings",
        503 => "The bot could not store it: see the lines about the disk and the ledger",
        502 or 504 => "The proxy does not reach the bot: check that it runs, and WEBHOOK_PORT",
        _ => "Check from outside that the address is reachable by TLS: 'claude-bot webhook test --url ADDRESS', firewall, DNS",
    };
}
