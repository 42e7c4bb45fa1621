using System.Runtime.CompilerServices;
using ClaudeBot.Configuration;

namespace ClaudeBot.Operations.Doctor;

/// <summary>The status web that the bot reports to answers, and there is a token for it.</summary>
internal sealed class StatusWebExamination(BotConfiguration configuration) : IExamination
{
    public string Subject => "status web";

    public async IAsyncEnumerable<Finding> LookAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (configuration.Get(BotSettings.StatusWebUrl) is not { } address)
        {
            // 'up' has its own, and asks nobody.
            if (configuration.Get(BotSettings.StatusActions))
                yield return Finding.Warning(Subject, "STATUS_ACTIONS is on, but STATUS_WEB_URL names no status web to ask for orders", "Set STATUS_WEB_URL, or take STATUS_ACTIONS away: the web of 'up' needs neither");
            yield break;
        }

        if (!configuration.IsSet(BotSettings.StatusToken))
            yield return Finding.Warning(Subject, "STATUS_TOKEN is not set, so it takes no report and no order", "Set the same STATUS_TOKEN there and here: openssl rand -hex 24");
        var trouble = await HealthAnswer.TroubleAsync(new Uri(address.AbsoluteUri.TrimEnd('/') + "/health"), cancellationToken);
        yield return trouble is null
            ? Finding.Ok(Subject, $"{address} answers")
            : Finding.Warning(Subject, $"{address} {trouble}", "Start it, and check STATUS_WEB_URL; the bot works without it, and reports again when it is back");
    }
}
