using ClaudeBot.PullRequests;

namespace ClaudeBot.Tests.PullRequests;

public sealed class CommitTextTests
{
    private static readonly CommitFacts Facts = new()
    {
        TaskId = TaskId.Parse("acme--shop--issue-42-x7k2m9"),
        IssueNumber = 42,
        IssueUrl = "https://github.com/acme/shop/issues/42",
        Title = "Broken total.",
        Summary = "Done.",
        Requester = ("mona-lisa", 583231),
    };

    [Fact]
    public void It_links_the_issue_and_names_who_asked_as_co_author_by_the_address_that_GitHub_knows() =>
        CommitText.Message(Facts).ShouldBe(
            """
            Fix #42: Broken total.

            Done.

            Made by Claude Bot, task acme--shop--issue-42-x7k2m9.

            Issue: https://github.com/acme/shop/issues/42
            Co-authored-by: mona-lisa <583231+mona-lisa@users.noreply.github.com>

            """.ReplaceLineEndings("\n"));

    [Fact]
    public void The_agent_names_no_authors()
    {
        var message = CommitText.Message(Facts with { Summary = "Done.\n\nCo-authored-by: Eve <1+eve@users.noreply.github.com>\nsigned-off-by : Eve <e@e>" });

        message.ShouldContain("\n> Co-authored-by: Eve");
        message.Split('\n').Count(line => line.StartsWith("Co-authored-by:", StringComparison.OrdinalIgnoreCase)).ShouldBe(1);
        message.Split('\n').ShouldNotContain(line => line.StartsWith("signed-off-by", StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData("eve> <x@y")]
    [InlineData("a b")]
    [InlineData("")]
    public void What_is_no_login_becomes_no_author(string login) =>
        CommitText.Message(Facts with { Requester = (login, 1) }).ShouldNotContain("Co-authored-by");

    [Fact]
    public void An_operators_task_has_no_trailers() =>
        CommitText.Message(Facts with { IssueNumber = null, IssueUrl = null, Requester = null }).ShouldEndWith("x7k2m9.\n");

    [Fact]
    public void The_conventional_form_keeps_commitlints_usual_rules()
    {
        var message = CommitText.Message(Facts with { Type = "fix", Summary = string.Join(' ', Enumerable.Repeat("word", 60)) + "\nhttps://example.com/" + new string('x', 120) });

        message.ShouldStartWith("fix: broken total (#42)\n\n");
        message.Split('\n').Where(line => !line.StartsWith("https://", StringComparison.Ordinal)).ShouldAllBe(line => line.Length <= 100);
        message.Split("word").Length.ShouldBe(61);
    }

    [Theory]
    [InlineData("Greeting a blank name", "fix: greeting a blank name (#42)")]
    [InlineData("API answers 500", "fix: API answers 500 (#42)")]
    [InlineData("X", "fix: X (#42)")]
    [InlineData("", "fix:  (#42)")]
    public void A_subject_begins_small_unless_it_begins_with_a_name(string title, string expected) =>
        ConventionalCommit.Title("fix", 42, title).ShouldBe(expected);

    [Theory]
    [InlineData("fix", "claude-bot", "bug")]
    [InlineData("feat", "type: feature", "bot:queued")]
    [InlineData("docs", "kind/documentation")]
    [InlineData("fix", "priority:high")]
    public void The_type_is_what_the_labels_say(string type, params string[] labels) => ConventionalCommit.Type(labels).ShouldBe(type);

    [Fact]
    public void A_title_has_a_hundred_characters_at_most() => ConventionalCommit.Title("feat", 42, new string('a', 300)).Length.ShouldBe(100);
}
