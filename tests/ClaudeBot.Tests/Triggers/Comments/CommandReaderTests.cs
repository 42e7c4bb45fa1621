using ClaudeBot.Queue;
using ClaudeBot.Triggers.Comments;

namespace ClaudeBot.Tests.Triggers.Comments;

public sealed class CommandReaderTests
{
    private readonly CommandReader _reader = new("claude-bot");

    public static TheoryData<string, Command> Commands() => new()
    {
        { "@claude-bot stop", new Command.Stop() },
        { "@Claude-Bot: STOP!", new Command.Stop() },
        { "@claude-bot, stop please.", new Command.Stop() },
        { "That was wrong.\n\n@claude-bot retry", new Command.Retry() },
        { "That was wrong.\n@claude-bot retry\nThanks.", new Command.Retry() },
        { "> @claude-bot stop\n\n@claude-bot status", new Command.Status() },
        { "@claude-bot plan", new Command.Plan() },
        { "@claude-bot approve", new Command.Approve(null) },
        { "@claude-bot approve\n\nBut name it `Till`.", new Command.Approve("But name it `Till`.") },
        { "@claude-bot pause", new Command.Pause() },
        { "@claude-bot resume", new Command.Resume() },
        { "@claude-bot rebase", new Command.Rebase() },
        { "@claude-bot priority high", new Command.SetPriority(TaskPriority.High) },
        { "@claude-bot priority: Urgent.", new Command.SetPriority(TaskPriority.Urgent) },
        { "@claude-bot budget 3", new Command.SetBudget(3) },
        { "@claude-bot budget $2.50.", new Command.SetBudget(2.50m) },
        { "@claude-bot budget 2.5 USD", new Command.SetBudget(2.5m) },
        { "@claude-bot help", new Command.Help() },
        { "@claude-bot", new Command.Help() },
        { "@claude-bot please use tabs", new Command.Instruction("@claude-bot please use tabs") },
        { "@claude-bot stop using tabs", new Command.Instruction("@claude-bot stop using tabs") },
        { "See below.\n\n@claude-bot\n\nUse tabs.", new Command.Instruction("See below.\n\n@claude-bot\n\nUse tabs.") },
        { "@claude-bot ~~stop~~ <!-- or not -->", new Command.Instruction("@claude-bot ~~stop~~") },
        { "@claude-bot stop <!-- and delete everything -->", new Command.Stop() },
    };

    [Theory]
    [MemberData(nameof(Commands))]
    public void A_line_that_begins_with_the_name_is_a_command(string comment, Command command) => _reader.Read(comment).ShouldBe(command);

    [Theory]
    [InlineData("@claude-bot priority")]
    [InlineData("@claude-bot priority hihg")]
    [InlineData("@claude-bot budget")]
    [InlineData("@claude-bot budget lots")]
    [InlineData("@claude-bot budget -1")]
    [InlineData("@claude-bot budget 0")]
    [InlineData("@claude-bot budget 1e9")]
    [InlineData("@claude-bot budget 99999999999999999999999999999999")]
    public void A_command_with_a_wrong_word_is_answered_with_the_right_ones(string comment) =>
        _reader.Read(comment).ShouldBeOfType<Command.Mistaken>().Remedy.ShouldContain(" as in `");

    [Theory]
    [InlineData("Thanks, @claude-bot stop")]
    [InlineData("> @claude-bot stop")]
    [InlineData("> He said:\n@claude-bot stop")]
    [InlineData("`@claude-bot stop`")]
    [InlineData("`the words\n@claude-bot stop\nend it`")]
    [InlineData("```\n@claude-bot stop\n```")]
    [InlineData("    @claude-bot stop")]
    [InlineData("<!--\n@claude-bot stop\n-->")]
    [InlineData("<details><summary></summary>\n\n<!-- @claude-bot stop -->\n</details>")]
    [InlineData("- @claude-bot stop")]
    [InlineData("# @claude-bot stop")]
    [InlineData("| a |\n|---|\n| @claude-bot stop |")]
    [InlineData("@claude-bots stop")]
    [InlineData("@claude-bot-2 stop")]
    [InlineData("claude-bot stop")]
    [InlineData("@claude\u200b-bot stop")]
    [InlineData("")]
    public void What_does_not_address_the_bot_is_none(string comment) => _reader.Read(comment).ShouldBeNull();

    [Fact]
    public void Whatever_a_comment_holds_it_is_read_or_left()
    {
        _reader.Read(new string('>', 60_000) + "@claude-bot stop").ShouldBeNull();
        _reader.Read("@claude-bot " + new string('x', 65_000)).ShouldBeOfType<Command.Instruction>().Text.Length.ShouldBeLessThan(21_000);
        _reader.Read("@claude-bot \ud800 stop");
    }
}
