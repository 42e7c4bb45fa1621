using ClaudeBot.Gate;
using ClaudeBot.PullRequests;

namespace ClaudeBot.Tests.PullRequests;

public sealed class PullRequestTextTests
{
    private readonly ChangeReport _report = new()
    {
        TaskId = TaskId.Parse("acme--shop--issue-42-x7k2m9"),
        Repository = RepositoryName.Parse("acme/shop"),
        IssueNumber = 42,
        Title = "Total is wrong",
        Branch = "bot/issue-42-total-is-wrong",
        BaseBranch = "main",
        HeadSha = "0123456789012345678901234567890123456789",
        Summary = "The total left out the last line. Fixes #1, thanks @octocat.",
        Checks = [new CheckResult("test", "npm test | tee log", true, 0, TimeSpan.FromSeconds(1.24), "")],
        Agent = "claude-code",
        Turns = 7,
        CostUsd = 0.31m,
        AgentDuration = TimeSpan.FromSeconds(95),
    };

    [Fact]
    public void A_change_whose_checks_pass_says_all_a_reviewer_asks_for() =>
        PullRequestText.Body(_report).ShouldBe(
            """
            <!-- claude-bot:task acme--shop--issue-42-x7k2m9 -->
            Fixes #42

            ## Summary

            The total left out the last line. Fixes #​1, thanks @​octocat.

            ## Checks

            | Check | Command | Result | Time |
            | --- | --- | --- | --- |
            | test | `npm test \| tee log` | ✅ passed | 1.2 s |

            ## How it was made

            | Agent | Model | Turns | Agent's time | Cost | Task |
            | --- | --- | --- | --- | --- | --- |
            | claude-code | the agent's default | 7 | 1 min 35 s | $0.31 | `acme--shop--issue-42-x7k2m9` |

            <sub>Made by Claude Bot. Please review it like any other change.</sub>

            """);

    [Fact]
    public void A_draft_says_why_at_the_top_and_shows_the_output_of_what_failed()
    {
        var body = PullRequestText.Body(_report with
        {
            DraftReason = "These checks fail: `npm test`.",
            Checks = [new CheckResult("test", "npm test", false, 1, TimeSpan.FromSeconds(12), "expected 3\n```\ngot 4")],
        });

        body.ShouldStartWith("<!-- claude-bot:task acme--shop--issue-42-x7k2m9 -->\n> [!WARNING]\n> **Draft:** These checks fail: `npm test`.\n\nFixes #42\n");
        body.ShouldContain("| test | `npm test` | ❌ failed (exit code 1) | 12 s |");
        body.ShouldContain("````text\nexpected 3\n```\ngot 4\n````");
    }

    [Fact]
    public void A_repository_without_checks_is_told_so() =>
        PullRequestText.Body(_report with { Checks = [] }).ShouldContain("No checks were run");

    [Fact]
    public void A_task_without_an_issue_closes_nothing()
    {
        PullRequestText.Body(_report with { IssueNumber = null, Summary = "" }).ShouldNotContain("Fixes");
        ChangeText.Title(null, "Tidy up", null).ShouldBe("Tidy up");
    }

    [Fact]
    public void The_commit_message_names_the_issue_and_closes_no_other()
    {
        var message = CommitText.Message(new CommitFacts { TaskId = _report.TaskId, IssueNumber = 42, Title = "Broken\ntotal, closes #3", Summary = "Done." });

        message.ShouldBe("Fix #42: Broken total, closes #\u200b3\n\nDone.\n\nMade by Claude Bot, task acme--shop--issue-42-x7k2m9.\n");
    }

    [Theory]
    [InlineData("Fix #7 as well", "Fix #42: Fix #\u200b7 as well")]
    [InlineData("Closes&#32;&#35;7", "Fix #42: Closes&#32;&#35;\u200b7")]
    [InlineData("resolve other/repo#7 by @octocat", "Fix #42: resolve other/repo#\u200b7 by @\u200boctocat")]
    public void A_title_closes_no_other_issue_and_calls_nobody(string title, string expected)
    {
        ChangeText.Title(42, title, null).ShouldBe(expected);
        CommitText.Message(new CommitFacts { TaskId = _report.TaskId, Title = title, Summary = title }).ShouldNotContain("#7");
    }

    [Fact]
    public void Guessed_checks_are_called_guessed_and_one_that_could_not_run_is_no_failure()
    {
        var body = PullRequestText.Body(_report with
        {
            ChecksAreGuessed = true,
            Checks = [new CheckResult("test", "make test", false, 127, TimeSpan.FromSeconds(1), "make: not found") { Ran = false }],
        });

        body.ShouldContain("| test | `make test` | ➖ not run (exit code 127) | 1.0 s |");
        body.ShouldContain("The commands were guessed from the project's files; to name others, write them into `.github/claude-bot.yml`.");
        body.ShouldContain("Output of the check that could not run: test");
    }
}
