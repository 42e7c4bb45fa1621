using System.Text;
using System.Text.Json;
using ClaudeBot.GitHub;

namespace ClaudeBot.Tests.GitHub;

/// <summary>What the client asks for, and what it makes of the answers.</summary>
public sealed class GitHubRecordTests : IAsyncLifetime
{
    private static readonly RepositoryName Shop = RepositoryName.Parse("acme/shop");
    private static readonly IssueReference Issue12 = new(Shop, 12);
    private ScriptedGitHub _github = null!;
    private GitHubClient _client = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _github = await ScriptedGitHub.StartAsync();
        _client = _github.Client();
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _github.DisposeAsync();
    }

    [Fact]
    public async Task The_configured_address_is_used_as_it_stands()
    {
        Answers(200, GitHubJson.User(42, "claude-bot[bot]", "Bot"));

        var me = await _client.GetCurrentUserAsync(Token);

        me.ShouldBe(new GitHubUser(42, "claude-bot[bot]", true));
        _github.Seen.Single().PathAndQuery.ShouldBe("/user");
        _github.Seen.Single().Authorization.ShouldBe("Bearer token-of-the-tests");
    }

    [Fact]
    public async Task An_issue_without_a_body_has_an_empty_one()
    {
        Answers(200, GitHubJson.Issue(12, "Ünïcode 🎉", null, ["claude-bot", "priority:high"]));

        var issue = await _client.GetIssueAsync(Issue12, Token);

        issue.Reference.ShouldBe(Issue12);
        issue.Title.ShouldBe("Ünïcode 🎉");
        issue.Body.ShouldBe("");
        issue.IsOpen.ShouldBeTrue();
        issue.IsPullRequest.ShouldBeFalse();
        issue.Labels.ShouldBe(["claude-bot", "priority:high"]);
        issue.HasLabel("Claude-Bot").ShouldBeTrue();
        issue.Author.ShouldBe(new GitHubUser(7, "ada", false));
        issue.UpdatedAt.ShouldBe(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
    }

    [Fact]
    public async Task A_list_follows_links_to_the_last_page_and_leaves_pull_requests_out()
    {
        _github.Answer = (request, http) =>
        {
            if (request.PathAndQuery.Contains("page=2", StringComparison.Ordinal))
                return ScriptedGitHub.JsonAsync(http, 200, $"[{GitHubJson.Issue(1, "last", "b", ["claude-bot"])}]");
            http.Response.Headers.Link = $"<{_github.Address}{request.PathAndQuery}&page=2>; rel=\"next\", <{_github.Address}/x&page=2>; rel=\"last\"";
            return ScriptedGitHub.JsonAsync(http, 200, $"[{GitHubJson.Issue(3, "first", "b", ["claude-bot"])},{GitHubJson.Issue(2, "pull", "b", [], isPull: true)}]");
        };

        var found = await _client.ListOpenIssuesAsync(Shop, "needs: bot & co", Token);

        found.Items.Select(issue => issue.Reference.Number).ShouldBe([3, 1]);
        found.Changed.ShouldBeTrue();
        _github.Seen[0].PathAndQuery.ShouldBe("/repos/acme/shop/issues?labels=needs%3A%20bot%20%26%20co&state=open&sort=updated&direction=desc&per_page=100");
    }

    [Fact]
    public async Task A_next_page_on_another_host_never_sees_the_token()
    {
        await using var thief = await ScriptedGitHub.StartAsync();
        _github.Answer = (_, http) =>
        {
            http.Response.Headers.Link = $"<{thief.Address}/steal>; rel=\"next\"";
            return ScriptedGitHub.JsonAsync(http, 200, "[]");
        };

        var fault = await Should.ThrowAsync<GitHubException>(() => _client.ListCommentsAsync(Issue12, Token));

        fault.Kind.ShouldBe(GitHubFaultKind.Rejected);
        thief.Seen.ShouldBeEmpty();
    }

    [Fact]
    public async Task Events_are_oldest_first_with_the_actor_and_the_label()
    {
        Answers(200, $"""
            [{GitHubJson.Event(2, "labeled", GitHubJson.User(8, "bob"), "claude-bot", "2026-01-02T00:00:00Z")},
             {GitHubJson.Event(1, "an_event_of_tomorrow", null, null, "2026-01-01T00:00:00Z")}]
            """);

        var events = await _client.ListIssueEventsAsync(Issue12, Token);

        events.Select(happened => happened.Event).ShouldBe(["an_event_of_tomorrow", "labeled"]);
        events[0].Actor.ShouldBeNull();
        events[1].Actor.ShouldBe(new GitHubUser(8, "bob", false));
        events[1].Label.ShouldBe("claude-bot");
    }

    [Fact]
    public async Task A_comment_goes_out_as_it_is_and_its_author_may_be_gone()
    {
        const string body = "Line 1\n\t\"quoted\" \\ </script> 🎉 \u0001 <!-- claude-bot:1 -->";
        Answers(201, GitHubJson.Comment(5_000_000_000, null, null));

        var comment = await _client.CreateCommentAsync(Issue12, body, Token);

        comment.Id.ShouldBe(5_000_000_000);
        comment.Body.ShouldBe("");
        comment.Author.Login.ShouldBe("ghost");
        Sent().GetProperty("body").GetString().ShouldBe(body);
        (_github.Seen[0].Method, _github.Seen[0].PathAndQuery).ShouldBe(("POST", "/repos/acme/shop/issues/12/comments"));
    }

    [Fact]
    public async Task Labels_are_added_replaced_and_taken_off()
    {
        Answers(200, "[]");

        await _client.AddLabelsAsync(Issue12, ["a", "b"], Token);
        await _client.SetLabelsAsync(Issue12, [], Token);
        await _client.RemoveLabelAsync(Issue12, "bot:in progress", Token);

        _github.Seen.Select(request => $"{request.Method} {request.PathAndQuery} {request.Body}").ShouldBe(
        [
            """POST /repos/acme/shop/issues/12/labels {"labels":["a","b"]}""",
            """PUT /repos/acme/shop/issues/12/labels {"labels":[]}""",
            "DELETE /repos/acme/shop/issues/12/labels/bot%3Ain%20progress ",
        ]);
    }

    [Fact]
    public async Task Taking_off_a_label_that_is_not_there_is_no_error()
    {
        Answers(404, """{"message":"Label does not exist"}""");

        await Should.NotThrowAsync(() => _client.RemoveLabelAsync(Issue12, "x", Token));
    }

    [Fact]
    public async Task Only_missing_labels_are_made_and_a_race_for_one_is_no_error()
    {
        _github.Answer = (request, http) => (request.Method, request.Body.Contains("raced", StringComparison.Ordinal)) switch
        {
            ("GET", _) => ScriptedGitHub.JsonAsync(http, 200, $"[{GitHubJson.Label("Present")}]"),
            (_, true) => ScriptedGitHub.JsonAsync(http, 422, """{"message":"Validation Failed","errors":[{"resource":"Label","code":"already_exists","field":"name"}]}"""),
            _ => ScriptedGitHub.JsonAsync(http, 201, GitHubJson.Label("new")),
        };

        var made = await _client.EnsureLabelsAsync(Shop, [new("present", "ffffff", ""), new("raced", "ffffff", ""), new("new", "00d4aa", "Fresh")], Token);

        made.ShouldBe(["new"]);
        _github.Seen.Count.ShouldBe(3);
    }

    [Theory]
    [InlineData("admin", "admin", RepositoryPermission.Admin)]
    [InlineData("write", "maintain", RepositoryPermission.Maintain)]
    [InlineData("write", "write", RepositoryPermission.Write)]
    [InlineData("write", "release-captain", RepositoryPermission.Write)]
    [InlineData("read", "triage", RepositoryPermission.Triage)]
    [InlineData("read", "read", RepositoryPermission.Read)]
    [InlineData("none", "", RepositoryPermission.None)]
    [InlineData("owner-of-everything", "admin", RepositoryPermission.None)]
    public async Task A_permission_is_what_the_api_says(string permission, string role, RepositoryPermission expected)
    {
        Answers(200, $$"""{"permission":"{{permission}}","role_name":"{{role}}","user":{{GitHubJson.User(7, "ada")}}}""");

        var answer = await _client.GetPermissionAsync(Shop, new GitHubUser(7, "ada", false), Token);

        answer.ShouldBe(expected);
        _github.Seen.Single().PathAndQuery.ShouldBe("/repos/acme/shop/collaborators/ada/permission");
    }

    [Fact]
    public async Task A_login_that_changed_hands_has_no_permission()
    {
        Answers(200, $$"""{"permission":"admin","role_name":"admin","user":{{GitHubJson.User(666, "ada")}}}""");

        (await _client.GetPermissionAsync(Shop, new GitHubUser(7, "ada", false), Token)).ShouldBe(RepositoryPermission.None);
    }

    [Theory]
    [InlineData(404, """{"message":"Not Found"}""")]
    [InlineData(200, """{"permission":"admin","role_name":"admin","user":null}""")]
    public async Task An_account_that_github_does_not_name_has_no_permission(int status, string json)
    {
        Answers(status, json);

        (await _client.GetPermissionAsync(Shop, new GitHubUser(7, "dependabot[bot]", true), Token)).ShouldBe(RepositoryPermission.None);
        _github.Seen.Single().PathAndQuery.ShouldContain("/dependabot%5Bbot%5D/");
    }

    [Fact]
    public async Task A_file_is_given_as_text_and_null_when_missing()
    {
        var text = Convert.ToBase64String(Encoding.UTF8.GetBytes("build: mäke\n"));
        _github.Answer = (request, http) => request.PathAndQuery.EndsWith("/.github/claude-bot.yml", StringComparison.Ordinal)
            ? ScriptedGitHub.JsonAsync(http, 200, $$"""{"type":"file","encoding":"base64","size":12,"name":"n","path":"p","sha":"s","content":"{{text[..8]}}\n{{text[8..]}}\n"}""")
            : ScriptedGitHub.JsonAsync(http, 404, """{"message":"Not Found"}""");

        (await _client.GetFileAsync(Shop, ".github/claude-bot.yml", Token)).ShouldBe("build: mäke\n");
        (await _client.GetFileAsync(Shop, "CLAUDE.md", Token)).ShouldBeNull();
    }

    [Fact]
    public async Task A_branch_head_is_its_commit_and_null_when_missing()
    {
        _github.Answer = (request, http) => request.PathAndQuery == "/repos/acme/shop/git/ref/heads/bot/issue-12-x"
            ? ScriptedGitHub.JsonAsync(http, 200, $$"""{"ref":"refs/heads/bot/issue-12-x","object":{"type":"commit","sha":"{{new string('c', 40)}}"} }""")
            : ScriptedGitHub.JsonAsync(http, 404, """{"message":"Not Found"}""");

        (await _client.GetBranchHeadAsync(Shop, "bot/issue-12-x", Token)).ShouldBe(new string('c', 40));
        (await _client.GetBranchHeadAsync(Shop, "bot/issue-12", Token)).ShouldBeNull();
    }

    [Fact]
    public async Task Pull_requests_are_found_by_head_made_and_edited()
    {
        _github.Answer = (request, http) => request.Method == "GET"
            ? ScriptedGitHub.JsonAsync(http, 200, $"[{GitHubJson.PullRequest(2, "other")},{GitHubJson.PullRequest(1, "bot/x", "closed", "2026-01-01T00:00:00Z", null)}]")
            : ScriptedGitHub.JsonAsync(http, 201, GitHubJson.PullRequest(3, "bot/x"));

        var found = (await _client.ListPullRequestsByHeadAsync(Shop, "bot/x", Token)).Single();
        var made = await _client.CreatePullRequestAsync(Shop, new NewPullRequest("Title", "Body", "bot/x", "main", true), Token);
        await _client.EditPullRequestAsync(made.Reference, "New", "", Token);

        (found.IsOpen, found.IsMerged, found.Body).ShouldBe((false, true, ""));
        (made.Reference, made.IsOpen, made.IsDraft, made.HeadBranch, made.BaseBranch).ShouldBe((new IssueReference(Shop, 3), true, true, "bot/x", "main"));
        _github.Seen[0].PathAndQuery.ShouldStartWith("/repos/acme/shop/pulls?head=acme%3Abot%2Fx&state=all");
        _github.Seen[1].Body.ShouldBe("""{"title":"Title","body":"Body","head":"bot/x","base":"main","draft":true}""");
        (_github.Seen[2].Method, _github.Seen[2].PathAndQuery, _github.Seen[2].Body).ShouldBe(("PATCH", "/repos/acme/shop/pulls/3", """{"title":"New","body":""}"""));
    }

    private void Answers(int status, string json) => _github.Answer = (_, http) => ScriptedGitHub.JsonAsync(http, status, json);

    private JsonElement Sent() => JsonDocument.Parse(_github.Seen.Single().Body).RootElement;
}
