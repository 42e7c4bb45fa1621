using System.Diagnostics.Metrics;

namespace ClaudeBot.Webhooks;

/// <summary>Counts deliveries by event and by what became of them.</summary>
internal sealed class WebhookMetrics : Meter
{
    /// <summary>The event of a delivery that is refused before its signature was looked at, or because of it: anybody can send one.</summary>
    private const string Unverified = "unverified";

    private static readonly string[] Events =
        ["issues", "issue_comment", "pull_request", "pull_request_review", "pull_request_review_comment", "ping", "installation", "installation_repositories"];

    private readonly Counter<long> _deliveries;

    public WebhookMetrics()
        : base("ClaudeBot.Webhooks") =>
        _deliveries = CreateCounter<long>("claude_bot_webhook_deliveries_total");

    /// <summary>A delivery with a good signature.</summary>
    /// <param name="outcome"><c>stored</c>, <c>known</c> (the inbox had it) or <c>not_stored</c>.</param>
    public void Verified(string name, string outcome) => Count(Events.Contains(name) ? name : "other", outcome);

    /// <summary>A request that was not taken for a delivery.</summary>
    public void Refused(int status) => Count(Unverified, status switch
    {
        StatusCodes.Status401Unauthorized => "bad_signature",
        StatusCodes.Status413PayloadTooLarge => "too_large",
        StatusCodes.Status415UnsupportedMediaType => "wrong_type",
        StatusCodes.Status503ServiceUnavailable => "overload",
        _ => "malformed",
    });

    private void Count(string name, string outcome) => _deliveries.Add(1, new("event", name), new("outcome", outcome));
}
