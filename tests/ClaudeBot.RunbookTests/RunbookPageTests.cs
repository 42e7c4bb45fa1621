using ClaudeBot.RunbookTests.Runbook;

namespace ClaudeBot.RunbookTests;

/// <summary>The page and the table of expectations belong together, with Docker or without.</summary>
public sealed class RunbookPageTests
{
    // What is expected is only looked up here, not asked.
    private static readonly Expectations Expectations = new(new Story(null!));

    [Fact]
    public void Every_command_of_the_page_has_an_expectation_and_every_expectation_a_command()
    {
        var commands = RunbookCommand.OfThePage();

        commands.Count.ShouldBeGreaterThan(60);
        commands.Where(command => Expectations.Find(command) is null).Select(command => $"{command.Line}: {command.Section}: {command.Text}").ShouldBeEmpty();
        Expectations.Unused(commands).ShouldBeEmpty();
    }

    [Fact]
    public void A_command_that_nobody_thought_about_is_told() =>
        Expectations.Find(new RunbookCommand("Daily", 1, "docker-compose pull")).ShouldBeNull();

    [Fact]
    public void Commands_are_read_as_a_shell_reads_them() =>
        RunbookCommand.Read("""
            ## One
            ```bash
            # not this
            first --with "a
            long word" 'and \'

            second \
              goes on
            ```
            ```text
            not this
            ```
            - Two
              ```bash
              third
              ```
            """).Select(command => command.Text).ShouldBe(["first --with \"a\nlong word\" 'and \\'", "second \\\n  goes on", "third"]);
}
