using System.Net;
using System.Net.Sockets;
using ClaudeBot.Configuration;
using ClaudeBot.GitHub;
using ClaudeBot.Processes;
using ClaudeBot.Secrets;
using ClaudeBot.Workspaces;
using Microsoft.Extensions.Logging.Abstractions;

namespace ClaudeBot.Tests.Configuration;

public sealed class GitNetworkTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Git_goes_out_through_the_machines_proxy()
    {
        using var proxy = new TcpListener(IPAddress.Loopback, 0);
        proxy.Start();
        var folder = Directory.CreateTempSubdirectory("claude-bot-proxy-");
        var mask = new SecretMask();
        using var store = new WorkspaceStore(
            new ProcessRunner(TimeProvider.System),
            new WorkspaceOptions
            {
                DataDirectory = folder.FullName,
                NetworkEnvironment = GitNetwork.Of(new Dictionary<string, string> { ["HTTP_PROXY"] = $"http://{proxy.LocalEndpoint}" }),
            },
            new GitHubOptions { ServerUrl = new Uri("http://git.example.com"), Token = new SecretSource("GITHUB_TOKEN", () => null, mask) },
            mask,
            TimeProvider.System,
            NullLogger<WorkspaceStore>.Instance);

        var repository = RepositoryName.Parse("acme/shop");
        var prepared = store.PrepareAsync(new WorkspacePlan(TaskId.New(repository), repository, null, "main", "main", "bot/task"), Token);
        using (var connection = await proxy.AcceptTcpClientAsync(Token))
        {
            using var reader = new StreamReader(connection.GetStream());
            (await reader.ReadLineAsync(Token)).ShouldNotBeNull().ShouldStartWith("GET http://git.example.com/acme/shop.git/info/refs");
        }

        await Should.ThrowAsync<WorkspaceException>(prepared);
        folder.Delete(recursive: true);
    }

    [Fact]
    public void The_lower_case_name_wins_and_certificates_get_the_name_that_git_knows() =>
        GitNetwork.Of(new Dictionary<string, string>
        {
            ["HTTPS_PROXY"] = "http://upper:1",
            ["https_proxy"] = "http://lower:1",
            ["NO_PROXY"] = "localhost",
            ["SSL_CERT_FILE"] = "/etc/ssl/own.pem",
            ["PATH"] = "/bin",
        }).ShouldBe(
            new Dictionary<string, string> { ["https_proxy"] = "http://lower:1", ["no_proxy"] = "localhost", ["GIT_SSL_CAINFO"] = "/etc/ssl/own.pem" },
            ignoreOrder: true);
}
