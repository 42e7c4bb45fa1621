namespace ClaudeBot.Tests.Playground.GitHub;

public sealed class GitOverHttpTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_public_repository_is_cloned_without_credentials_with_and_without_the_ending()
    {
        await using var playground = await PlaygroundFixture.StartAsync(Cancelled);
        foreach (var (name, ending) in new[] { ("a", ".git"), ("b", "") })
        {
            await Git.RunAsync(playground.Folder, Cancelled, "clone", "-q", $"{playground.Host.ServerUrl}octo/shop{ending}", name);
            File.ReadAllText(Path.Combine(playground.Folder, name, "README.md")).ShouldBe("# Shop\n");
        }
    }

    [Fact]
    public async Task A_private_repository_is_hidden_from_who_may_not_read_it()
    {
        await using var playground = await PlaygroundFixture.StartAsync(Cancelled);
        Dictionary<string, string> files = new() { ["secret.txt"] = "s" };
        await playground.Host.GitHub.CreateRepositoryAsync("octo/vault", files, Cancelled, isPrivate: true);

        (await Git.TryAsync(playground.Folder, Cancelled, "ls-remote", playground.Address("rhea", "octo/vault"))).Complaint.ShouldContain("not found");
        (await Git.TryAsync(playground.Folder, Cancelled, "ls-remote", $"{playground.Host.ServerUrl}octo/vault.git")).Code.ShouldNotBe(0);
        (await Git.RunAsync(playground.Folder, Cancelled, "ls-remote", playground.Address("octo", "octo/vault"))).ShouldContain("refs/heads/main");
    }

    [Fact]
    public async Task A_push_is_known_as_soon_as_git_returns()
    {
        await using var playground = await PlaygroundFixture.StartAsync(Cancelled);
        var sha = await playground.PushBranchAsync("bot/issue-1", "new.txt", new string('x', 3_000_000), Cancelled);
        playground.Repository.Branch("bot/issue-1").ShouldBe(sha);
        (await playground.Host.GitHub.ReadFileAsync(PlaygroundFixture.Shop, "bot/issue-1", "new.txt", Cancelled))!.Length.ShouldBe(3_000_000);
    }

    [Fact]
    public async Task A_push_without_the_permission_or_with_a_wrong_token_is_refused()
    {
        await using var playground = await PlaygroundFixture.StartAsync(Cancelled);
        await Git.RunAsync(playground.Folder, Cancelled, "clone", "-q", playground.Address("rhea"), "c");
        var clone = Path.Combine(playground.Folder, "c");
        (await Git.TryAsync(clone, Cancelled, "push", "origin", "HEAD:refs/heads/mine")).Complaint.ShouldContain("403");
        (await Git.TryAsync(clone, Cancelled, "push", playground.Address("nobody"), "HEAD:refs/heads/mine")).Code.ShouldNotBe(0);
        playground.Repository.Branch("mine").ShouldBeNull();
    }

    [Fact]
    public async Task A_shallow_clone_and_a_pull_request_reference_are_served()
    {
        await using var playground = await PlaygroundFixture.StartAsync(Cancelled);
        var sha = await playground.PushBranchAsync("topic", "new.txt", "x", Cancelled);
        using var wendy = playground.Client("wendy");
        await wendy.SendJsonAsync(HttpMethod.Post, "repos/octo/shop/pulls", new { title = "T", head = "topic", @base = "main" }, 201, Cancelled);

        await Git.RunAsync(playground.Folder, Cancelled, "clone", "-q", "--depth=1", $"{playground.Host.ServerUrl}octo/shop.git", "shallow");
        var clone = Path.Combine(playground.Folder, "shallow");
        await Git.RunAsync(clone, Cancelled, "fetch", "-q", "origin", "refs/pull/1/head");
        (await Git.RunAsync(clone, Cancelled, "rev-parse", "FETCH_HEAD")).Trim().ShouldBe(sha);
    }
}
