using ClaudeBot.Playground.GitHub.Git;
using ClaudeBot.Queue;

namespace ClaudeBot.Tests.Runs;

public sealed class CommitWordingTests
{
    [Fact]
    [Trait("Length", "Long")]
    public async Task A_repository_that_wants_conventional_commits_gets_them_with_the_requester_as_co_author()
    {
        await using var bench = await RunBench.StartAsync("test: [\"sh test.sh\"]\ncommit_style: conventional\n");
        var issue = await bench.Playground.GitHub.FileIssueAsync(RunBench.Repository, "mona", "The answer is missing", "x", ["claude-bot", "enhancement"], TestContext.Current.CancellationToken);
        await bench.AskAgainAsync(issue, issue.Author.Id);
        bench.Agent.Writes("answer.txt", "42\n");

        (await bench.EndAsync()).State.ShouldBe(TaskState.Succeeded);

        var pull = bench.Shop.PullRequests.ShouldHaveSingleItem();
        pull.Title.ShouldBe($"feat: the answer is missing (#{issue.Number})");
        var message = (await bench.Shop.Git.CommitAsync(bench.Shop.Branch(bench.Branch)!, TestContext.Current.CancellationToken)).Message.TrimEnd('\n') + "\n";
        message.ShouldStartWith($"feat: the answer is missing (#{issue.Number})\n\nWrote answer.txt.\n\n");
        message.ShouldEndWith($"\nIssue: {issue.HtmlUrl}\nCo-authored-by: mona <{issue.Author.Id}+mona@users.noreply.127.0.0.1>\n");
    }
}
