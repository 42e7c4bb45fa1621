using System.Globalization;
using ClaudeBot.Conversation;
using ClaudeBot.Queue;

namespace ClaudeBot.Runs;

/// <summary>Ends a run with something that people have to say first: the task waits, and no worker with it.</summary>
public sealed class Asking(RunOptions options, ConversationOptions conversation, TimeProvider time)
{
    private const int Longest = 20_000;

    /// <summary>The end of a run whose task has to be set aside again, for what was asked before.</summary>
    public RunEnd Again(Run run) => End(run, run.Said.Asked!);

    /// <summary>Writes down what is asked, so that a death from here on asks it again without the agent, and gives the run's end.</summary>
    /// <exception cref="StaleLeaseException"/>
    public async Task<RunEndException> AskAsync(Run run, AwaitedInput awaits, string text, CancellationToken cancellationToken)
    {
        var asked = new Asked((run.Said.Asked?.Number ?? 0) + 1, awaits, text, run.Said.Last);
        if (asked.Number > options.MostQuestions)
            return RunEnd.Failed($"The agent asked people something {options.MostQuestions} times and asks again. The last of it:\n\n{text}");
        if (run.Task.Issue is null)
            return RunEnd.Failed($"The agent asks something, and the task has no issue where it could be answered:\n\n{text}");
        await run.Steps.BeginAsync(RunStep.Asked, asked, cancellationToken);
        return new RunEndException(End(run, asked));
    }

    private RunEnd.Asks End(Run run, Asked asked)
    {
        var whom = run.Task.RequestedById is null ? null : run.Task.RequestedBy;
        var text = ForeignText.Neutralise(asked.Text, Longest);
        var until = time.GetUtcNow() + conversation.InputTimeout;
        var comment = asked.Awaits == AwaitedInput.Plan
            ? PlanComment.Text(text, conversation.Mention, whom)
            : $"### A question\n\n{(whom is null ? "B" : $"@{whom}, b")}efore I go on I need an answer:\n\n{text}\n\nTo answer, comment `@{conversation.Mention}` and your words; I go on from where I am.";
        comment += string.Create(CultureInfo.InvariantCulture, $" If nobody does by {until.UtcDateTime:yyyy-MM-dd HH:mm} UTC, I stop.\n");
        return new RunEnd.Asks(new InputRequest(asked.Awaits, asked.Awaits == AwaitedInput.Plan ? "The plan waits for approval." : asked.Text, comment));
    }
}
