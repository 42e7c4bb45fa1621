using ClaudeBot.Conversation;

namespace ClaudeBot.Tests.Conversation;

public sealed class StateLabelsTests
{
    [Fact]
    public void Every_other_state_label_comes_off_and_labels_of_people_stay()
    {
        var (add, remove) = StateLabels.Change(["bug", "bot:queued", "Bot:Failed", "claude-bot"], BotLabels.InProgress);

        add.ShouldBe([BotLabels.InProgress]);
        remove.ShouldBe([BotLabels.Queued, BotLabels.Failed]);
    }

    [Fact]
    public void What_is_there_already_costs_no_call()
    {
        var (add, remove) = StateLabels.Change(["bug", "bot:completed"], BotLabels.Completed);

        add.ShouldBeEmpty();
        remove.ShouldBeEmpty();
    }

    [Fact]
    public void A_cancelled_task_leaves_no_state_label()
    {
        var (add, remove) = StateLabels.Change(["bot:in-progress"], wanted: null);

        add.ShouldBeEmpty();
        remove.ShouldBe([BotLabels.InProgress]);
    }
}
