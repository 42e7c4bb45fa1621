using ClaudeBot.GitHub;
using ClaudeBot.Processes;
using ClaudeBot.Tests.Ledger;
using ClaudeBot.Tests.OpenApi;
using ClaudeBot.Workspaces;
using Microsoft.Extensions.Logging.Abstractions;

namespace ClaudeBot.Tests.GitHub.Apps;

public sealed class AppCredentialTests : IAsyncLifetime
{
    private AppStage _stage = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _stage = await AppStage.OpenAsync();

    public async ValueTask DisposeAsync()
    {
        _stage.Host.Requests.All.SelectMany(GitHubDescription.Validate).ShouldBeEmpty();
        await _stage.DisposeAsync();
    }

    [Fact]
    public async Task A_private_repository_is_read_with_a_token_of_the_installation_that_holds_it()
    {
        (await _stage.Client.GetRepositoryAsync(AppStage.Shop, Token)).DefaultBranch.ShouldBe("main");
        (await _stage.Client.GetRepositoryAsync(AppStage.Till, Token)).DefaultBranch.ShouldBe("main");

        _stage.Minted.Count().ShouldBe(2, "one for each installation");
        _stage.Host.Requests.All[^1].Login.ShouldBe("claude-helper[bot]");
    }

    [Fact]
    public async Task A_token_serves_until_five_minutes_before_its_end()
    {
        await ReadAsync();
        _stage.Time.Advance(TimeSpan.FromMinutes(54));
        await ReadAsync();
        _stage.Minted.Count().ShouldBe(1);

        _stage.Time.Advance(TimeSpan.FromMinutes(1));
        await ReadAsync();

        _stage.Minted.Count().ShouldBe(2);
    }

    [Fact]
    public async Task Many_requests_at_once_share_one_token()
    {
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => ReadAsync()));

        _stage.Minted.Count().ShouldBe(1);
    }

    [Fact]
    public async Task A_refused_token_is_made_anew_once_and_the_request_goes_through_a_write_too()
    {
        _stage.Host.GitHub.AddUser("octo");
        var issue = await _stage.Host.GitHub.FileIssueAsync("octo/shop", "octo", "First", null, [], Token);
        await ReadAsync();
        _stage.Host.GitHub.RevokeInstallationTokens();

        await _stage.Client.CreateCommentAsync(new IssueReference(AppStage.Shop, issue.Number), "Hello", Token);

        issue.Comments.ShouldHaveSingleItem().Author.Login.ShouldBe("claude-helper[bot]");
        _stage.Minted.Count().ShouldBe(2);
    }

    [Fact]
    public async Task Each_token_and_signature_is_masked()
    {
        var token = (await _stage.Credential.TokenAsync(AppStage.Shop, Token)).ShouldNotBeNull();

        _stage.Mask.Mask($"a {token} b").ShouldBe("a *** b");
        _stage.Mask.Mask(_stage.PrivateKey).ShouldNotContain("PRIVATE KEY");
    }

    [Fact]
    public async Task Tokens_that_ended_long_ago_do_not_stay_in_the_mask()
    {
        var first = (await _stage.Credential.TokenAsync(AppStage.Shop, Token)).ShouldNotBeNull();
        var last = first;
        for (var hours = 0; hours < 4; hours++)
        {
            _stage.Mask.Mask(last).ShouldBe("***");
            _stage.Time.Advance(TimeSpan.FromHours(1));
            last = (await _stage.Credential.TokenAsync(AppStage.Shop, Token)).ShouldNotBeNull();
        }

        _stage.Mask.Mask(last).ShouldBe("***");
        _stage.Mask.Mask(first).ShouldBe(first);
    }

    [Fact]
    public async Task All_repositories_of_all_installations_are_served_and_no_other()
    {
        (await _stage.Client.ListInstalledRepositoriesAsync(Token)).ShouldBe([AppStage.Shop, AppStage.Till]);

        var other = await Should.ThrowAsync<GitHubException>(() => _stage.Client.GetRepositoryAsync(RepositoryName.Parse("octo/diary"), Token));
        other.Message.ShouldContain("The GitHub App is not installed in octo/diary");
    }

    [Fact]
    public async Task The_bot_is_the_account_of_the_App()
    {
        var self = await _stage.Client.GetCurrentUserAsync(Token);

        (self.Login, self.IsBot, self.Id).ShouldBe(("claude-helper[bot]", true, _stage.App.Account.Id));
    }

    [Fact]
    public async Task A_wrong_key_is_refused_by_GitHub_and_no_key_is_told_with_the_remedy()
    {
        using var other = System.Security.Cryptography.RSA.Create(2048);
        _stage.PrivateKey = other.ExportRSAPrivateKeyPem();
        (await Should.ThrowAsync<GitHubException>(ReadAsync)).Kind.ShouldBe(GitHubFaultKind.Unauthorized);

        _stage.PrivateKey = "not a key at all";
        (await Should.ThrowAsync<GitHubException>(ReadAsync)).Message.ShouldContain("GITHUB_APP_PRIVATE_KEY is no RSA private key in PEM form");
    }

    [Fact]
    public async Task A_key_in_one_line_with_its_line_ends_written_out_is_read()
    {
        _stage.PrivateKey = _stage.PrivateKey.Replace("\n", "\\n", StringComparison.Ordinal);

        await Should.NotThrowAsync(ReadAsync);
    }

    [Fact]
    public async Task Git_signs_in_with_the_same_token()
    {
        using var folder = new TemporaryFolder();
        using var store = new WorkspaceStore(
            new ProcessRunner(TimeProvider.System), new WorkspaceOptions { DataDirectory = folder.Path }, _stage.Options, _stage.Mask, TimeProvider.System, NullLogger<WorkspaceStore>.Instance);
        var workspace = await store.PrepareAsync(new WorkspacePlan(TaskId.New(AppStage.Shop), AppStage.Shop, 1, "main", "main", "bot/issue-1-a"), Token);
        await File.WriteAllTextAsync(Path.Combine(workspace.Tree, "answer.txt"), "42\n", Token);
        var change = (await store.CommitAsync(workspace, "Answer", Token)).ShouldNotBeNull();

        (await store.PushAsync(workspace, change.Sha, Token)).ShouldBe(PushOutcome.Pushed);

        _stage.Host.GitHub.Repository("octo/shop").Branch("bot/issue-1-a").ShouldBe(change.Sha);
        _stage.Minted.Count().ShouldBe(1);
    }

    private Task ReadAsync() => _stage.Client.GetRepositoryAsync(AppStage.Shop, Token);
}
