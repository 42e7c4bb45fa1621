using ClaudeBot.Configuration;

namespace ClaudeBot.Operations.Doctor;

/// <summary>What <c>config check</c> would refuse, and what it would warn of.</summary>
/// <param name="needs">What the examined part cannot do without.</param>
internal sealed class ConfigurationExamination(BotConfiguration configuration, ConfigurationNeeds needs) : IExamination
{
    public string Subject => "configuration";

    public IAsyncEnumerable<Finding> LookAsync(CancellationToken cancellationToken)
    {
        var faults = configuration.FaultsFor(needs);
        return faults.Select(fault => Finding.Fault(Subject, FaultKind.Configuration, $"{fault.Key}: {fault.Problem}", fault.Remedy))
            .Concat(configuration.Warnings.Select(warning => Finding.Warning(Subject, $"{warning.Key}: {warning.Problem}", warning.Remedy)))
            .Concat(faults.Count > 0 ? [] : [Finding.Ok(Subject, "every setting is well-formed and nothing is missing")])
            .ToAsyncEnumerable();
    }
}
