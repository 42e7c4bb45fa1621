using ClaudeBot.Configuration;

namespace ClaudeBot.Operations.Doctor;

/// <summary>The model's service takes every key.</summary>
internal sealed class ModelExamination(BotConfiguration configuration, AuthCheck auth) : IExamination
{
    public string Subject => "model key";

    public async IAsyncEnumerable<Finding> LookAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (!configuration.IsSet(WorkSettings.ApiKey) && !configuration.IsSet(WorkSettings.ApiKeys))
            yield break; // The configuration's fault is told already.
        var result = await auth.ModelAsync(cancellationToken);
        yield return result.Verdict switch
        {
            AuthVerdict.Accepted => Finding.Ok(Subject, result.Detail),
            AuthVerdict.Refused => Finding.Fault(Subject, FaultKind.Authentication, result.Detail.TrimEnd('.'), "Make a key at https://platform.claude.com and put it in the place named above; it is read again without a restart"),
            _ => Finding.Fault(Subject, FaultKind.Unavailable, result.Detail.TrimEnd('.'), "Check name resolution, proxy and firewall, and ANTHROPIC_BASE_URL; https://status.claude.com tells of outages"),
        };
    }
}
