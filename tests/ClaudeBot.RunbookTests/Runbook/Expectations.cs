namespace ClaudeBot.RunbookTests.Runbook;

/// <summary>What every command of the page has to bring about.</summary>
internal sealed class Expectations(Story story)
{
    private readonly IReadOnlyList<Expectation> _all = [.. CommonOperations.All(story), .. Troubleshooting.All(story), .. Recovery.All(story), .. Maintenance.All(story)];

    /// <summary>The one for the command beneath its heading, or else the one for the command anywhere; null when there is none.</summary>
    public Expectation? Find(RunbookCommand command)
    {
        var same = _all.Where(expectation => expectation.Text == command.Text).ToArray();
        return same.FirstOrDefault(expectation => expectation.Section == command.Section) ?? same.FirstOrDefault(expectation => expectation.Section is null);
    }

    /// <summary>Those that none of the commands asks for.</summary>
    public IEnumerable<string> Unused(IEnumerable<RunbookCommand> commands) =>
        _all.Except(commands.Select(Find).OfType<Expectation>()).Select(expectation => $"{expectation.Section}: {expectation.Text}");
}
