using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.RegularExpressions;
using ClaudeBot.Hosting;
using ClaudeBot.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace ClaudeBot.Tests.Deployment;

/// <summary>The reverse proxy of docs/DEPLOYMENT.md, as it stands there, before a bot; other ports and another certificate are all that is put in.</summary>
[Trait("Needs", "nginx")]
public sealed partial class NginxTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("claude-bot-nginx-");
    private readonly HostRoom _room = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _room.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task The_proxy_leads_deliveries_pages_actions_and_live_events_through()
    {
        if (!File.Exists("/usr/sbin/nginx"))
            Assert.Skip("nginx is not installed here.");
        await using var bot = _room.Build(BotRole.Up);
        await bot.StartAsync(Token);
        var ports = bot.Services.GetRequiredService<Doors>().Ports;
        var port = FreePort();
        await ConfigureAsync(port, ports[Door.Webhooks], ports[Door.Status]);
        (await RunAsync("-t")).ShouldContain("test is successful");
        using var nginx = Start();
        using var http = new HttpClient(new HttpClientHandler { ServerCertificateCustomValidationCallback = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator, AllowAutoRedirect = false })
        {
            BaseAddress = new Uri($"https://127.0.0.1:{port}"),
            Timeout = Timeout.InfiniteTimeSpan,
        };
        try
        {
            await WhenItListensAsync(nginx, port);
            (await http.GetStringAsync("/queue", Token)).ShouldContain("<h1>Queue</h1>");
            (await DeliverAsync(http, "{}")).ShouldBe(HttpStatusCode.Accepted);
            // GitHub sends up to 25 MB; what the proxy would refuse by itself is told in HTML.
            (await DeliverAsync(http, $"{{\"x\":\"{new string('x', 20 << 20)}\"}}")).ShouldBe(HttpStatusCode.Accepted);
            (await PauseAsync(http, null)).ShouldBe(HttpStatusCode.Unauthorized);
            (await PauseAsync(http, HostRoom.StatusToken)).ShouldBe(HttpStatusCode.OK);

            using var stream = await http.GetAsync("/api/changes", HttpCompletionOption.ResponseHeadersRead, Token);
            stream.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
            using var events = new StreamReader(await stream.Content.ReadAsStreamAsync(Token));
            // It comes while the stream goes on: nothing holds it back.
            (await events.ReadLineAsync(Token)).ShouldBe("event: change");
        }
        finally
        {
            nginx.Kill();
            await nginx.WaitForExitAsync(Token);
        }

        await bot.StopAsync(Token);
    }

    private async Task ConfigureAsync(int port, int webhooks, int status)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256).CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        await File.WriteAllTextAsync(At("claude-bot.pem"), certificate.ExportCertificatePem(), Token);
        await File.WriteAllTextAsync(At("claude-bot.key"), key.ExportPkcs8PrivateKeyPem(), Token);
        var site = Snippet().Match(await File.ReadAllTextAsync(Path.Combine(RepositoryFolder.Root, "docs", "DEPLOYMENT.md"), Token)).Groups["text"].Value;
        foreach (var (from, to) in new[]
        {
            ("listen 443 ssl", $"listen 127.0.0.1:{port} ssl"), ("/etc/ssl/claude-bot.pem", At("claude-bot.pem")), ("/etc/ssl/private/claude-bot.key", At("claude-bot.key")),
            ("127.0.0.1:8088", $"127.0.0.1:{webhooks}"), ("127.0.0.1:8080", $"127.0.0.1:{status}"),
        })
        {
            site.ShouldContain(from);
            site = site.Replace(from, to, StringComparison.Ordinal);
        }

        await File.WriteAllTextAsync(At("site.conf"), site, Token);
        // As Debian's nginx.conf: the site stands within http. One process, so that nothing is left of it.
        await File.WriteAllTextAsync(
            At("nginx.conf"),
            $"daemon off; master_process off; pid {At("pid")}; error_log stderr; events {{}} http {{ access_log off; client_body_temp_path {At("body")}; proxy_temp_path {At("proxy")}; fastcgi_temp_path {At("fastcgi")}; uwsgi_temp_path {At("uwsgi")}; scgi_temp_path {At("scgi")}; include {At("site.conf")}; }}",
            Token);
    }

    private async Task<HttpStatusCode> DeliverAsync(HttpClient http, string body)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/webhooks/github") { Content = new ByteArrayContent(bytes) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add("X-GitHub-Event", "ping");
        request.Headers.Add("X-GitHub-Delivery", Guid.NewGuid().ToString());
        request.Headers.Add("X-Hub-Signature-256", $"sha256={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(_room.Environment["GITHUB_WEBHOOK_SECRET"]), bytes))}");
        using var answer = await http.SendAsync(request, Token);
        return answer.StatusCode;
    }

    private static async Task<HttpStatusCode> PauseAsync(HttpClient http, string? token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/queue/pause") { Content = new StringContent("""{"reason":"a trial"}""", Encoding.UTF8, "application/json") };
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        using var answer = await http.SendAsync(request, Token);
        return answer.StatusCode;
    }

    private Process Start(params string[] arguments) =>
        Process.Start(new ProcessStartInfo("/usr/sbin/nginx", ["-p", _folder.FullName, "-c", At("nginx.conf"), .. arguments]) { RedirectStandardError = true })!;

    private async Task<string> RunAsync(params string[] arguments)
    {
        using var process = Start(arguments);
        var said = await process.StandardError.ReadToEndAsync(Token);
        await process.WaitForExitAsync(Token);
        return said;
    }

    private static async Task WhenItListensAsync(Process nginx, int port)
    {
        while (true)
        {
            nginx.HasExited.ShouldBeFalse();
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, port, Token);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, Token);
            }
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private string At(string name) => Path.Combine(_folder.FullName, name);

    [GeneratedRegex(@"```nginx\n(?<text>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Snippet();
}
