using System.Net;
using System.Net.Sockets;
using System.Text;
using ClaudeBot.Workspaces;
using static ClaudeBot.Tests.Workspaces.GitServer;

namespace ClaudeBot.Tests.Workspaces;

[Trait("Length", "Long")]
public sealed class MirrorTests : IDisposable
{
    private readonly GitServer _server = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _server.Dispose();

    [Fact]
    public async Task New_and_deleted_branches_of_the_server_are_seen()
    {
        await _server.CreateAsync(("a.txt", "one\n"));
        (await _server.PrepareAsync()).RemoteSha.ShouldBeNull();

        var head = await _server.CommitAsync("bot/issue-1-fix", ("b.txt", "x\n"));
        (await _server.PrepareAsync()).RemoteSha.ShouldBe(head);

        await ShellAsync(_server.Person, "git push -q origin :bot/issue-1-fix");
        (await _server.PrepareAsync()).RemoteSha.ShouldBeNull();
    }

    [Fact]
    public async Task Many_tasks_at_once_each_get_their_own_workspace()
    {
        await _server.CreateAsync(("a.txt", "one\n"));

        var workspaces = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => _server.PrepareAsync($"bot/issue-{i}")));

        workspaces.Select(w => w.Tree).Distinct().Count().ShouldBe(6);
        workspaces.ShouldAllBe(w => File.ReadAllText(Path.Combine(w.Tree, "a.txt")) == "one\n");
        Directory.GetFiles(Path.Combine(_server.Mirror, "objects/pack"), "*.pack").ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("rm -rf .")]
    [InlineData("rm HEAD")]
    [InlineData("for f in objects/pack/*; do chmod +w $f; : > $f; done")]
    [InlineData("for f in objects/pack/*.pack; do chmod +w $f; head -c 200 /dev/zero | dd of=$f bs=1 seek=12 conv=notrunc status=none; done")]
    [InlineData("touch packed-refs.lock; git update-ref refs/heads/gone HEAD")]
    public async Task A_damaged_or_deleted_mirror_heals(string damage)
    {
        await _server.CreateAsync(("a.txt", "one\n"), ("b.txt", new string('x', 1000)));
        await _server.PrepareAsync();
        await ShellAsync(_server.Mirror, $"git symbolic-ref HEAD refs/heads/main; {damage.Replace("rm -rf .", "rm -rf $PWD", StringComparison.Ordinal)}");

        var workspace = await _server.PrepareAsync();
        Write(workspace.Tree, "a.txt", "two\n");
        var change = await _server.Store.CommitAsync(workspace, "m", Cancellation);

        (await _server.Store.PushAsync(workspace, change!.Sha, Cancellation)).ShouldBe(PushOutcome.Pushed);
    }

    [Fact]
    public async Task A_mirror_deleted_during_the_work_comes_back_for_the_commit()
    {
        await _server.CreateAsync(("a.txt", "one\n"));
        var workspace = await _server.PrepareAsync();
        Write(workspace.Tree, "a.txt", "two\n");
        Directory.Delete(_server.Mirror, recursive: true);

        (await _server.Store.CommitAsync(workspace, "m", Cancellation))!.Files.ShouldBe(["a.txt"]);
    }

    [Fact]
    public async Task A_workspace_deleted_during_the_work_is_worth_another_try()
    {
        await _server.CreateAsync(("a.txt", "one\n"));
        var workspace = await _server.PrepareAsync();
        Directory.Delete(Path.Combine(_server.Data, "workspaces"), recursive: true);

        var fault = await Should.ThrowAsync<WorkspaceException>(() => _server.Store.CommitAsync(workspace, "m", Cancellation));

        fault.IsTransient.ShouldBeTrue();
    }

    [Theory]
    [InlineData("503 Service Unavailable", true)]
    [InlineData("429 Too Many Requests", true)]
    [InlineData("401 Unauthorized", false)]
    [InlineData("403 Forbidden", false)]
    [InlineData("404 Not Found", false)]
    public async Task The_servers_answer_tells_whether_another_try_helps(string status, bool transient)
    {
        var heard = new List<string>();
        using var listener = Answer(status, heard);
        const string token = "token-that-must-not-be-seen";
        using var store = _server.NewStore(new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}"), token);

        var fault = await Should.ThrowAsync<WorkspaceException>(() => PrepareAsync(store));

        fault.IsTransient.ShouldBe(transient, fault.Message);
        fault.Message.ShouldNotContain(token);
        if (status.StartsWith("401", StringComparison.Ordinal))
            heard.ShouldContain(line => line.Contains(Convert.ToBase64String(Encoding.ASCII.GetBytes($"x-access-token:{token}")), StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_worth_another_try()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        using var store = _server.NewStore(new Uri($"http://127.0.0.1:{port}"));

        (await Should.ThrowAsync<WorkspaceException>(() => PrepareAsync(store))).IsTransient.ShouldBeTrue();
    }

    private Task<Workspace> PrepareAsync(WorkspaceStore store) =>
        store.PrepareAsync(new WorkspacePlan(TaskId.New(_server.Repository), _server.Repository, null, "main", "main", "bot/x"), Cancellation);

    private static TcpListener Answer(string status, List<string> heard)
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        _ = ServeAsync();
        return listener;

        async Task ServeAsync()
        {
            try
            {
                while (true)
                {
                    using var client = await listener.AcceptTcpClientAsync(Cancellation);
                    using var reader = new StreamReader(client.GetStream());
                    while (await reader.ReadLineAsync(Cancellation) is { Length: > 0 } line)
                        heard.Add(line);
                    var answer = $"HTTP/1.1 {status}\r\nWWW-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
                    await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(answer), Cancellation);
                }
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
            {
                // The test is over.
            }
        }
    }
}
