using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace ClaudeBot.Tests.Webhooks;

/// <summary>Deliveries byte for byte on the wire, where headers can be what no HTTP client would send.</summary>
public sealed class WebhookHeaderTests : IAsyncLifetime
{
    private const string Body = """{"action":"opened"}""";

    private static readonly string Signature = WebhookStage.Sign(Encoding.UTF8.GetBytes(Body));
    private WebhookStage _stage = null!;

    public static TheoryData<string, string[], int> Deliveries => new()
    {
        { "as GitHub sends it", ["X-GitHub-Event: issues", "X-GitHub-Delivery: 1", $"X-Hub-Signature-256: {Signature}"], 202 },
        { "names in another letter case", ["x-github-event: issues", "X-GITHUB-DELIVERY: 2", $"x-hub-signature-256: {Signature}"], 202 },
        { "space around the signature", ["X-GitHub-Event: issues", "X-GitHub-Delivery: 3", $"X-Hub-Signature-256:   {Signature}  "], 202 },
        { "the right signature twice", ["X-GitHub-Event: issues", "X-GitHub-Delivery: 4", $"X-Hub-Signature-256: {Signature}", $"X-Hub-Signature-256: {Signature}"], 401 },
        { "a wrong signature, then the right one", ["X-GitHub-Event: issues", "X-GitHub-Delivery: 5", "X-Hub-Signature-256: sha256=00", $"X-Hub-Signature-256: {Signature}"], 401 },
        { "the right signature, then an empty one", ["X-GitHub-Event: issues", "X-GitHub-Delivery: 6", $"X-Hub-Signature-256: {Signature}", "X-Hub-Signature-256:"], 401 },
        { "the old SHA-1 header alone", ["X-GitHub-Event: issues", "X-GitHub-Delivery: 7", $"X-Hub-Signature: sha1={Sha1()}"], 401 },
        { "the old SHA-1 header with the new one's value", ["X-GitHub-Event: issues", "X-GitHub-Delivery: 8", $"X-Hub-Signature: {Signature}"], 401 },
        { "two event names", ["X-GitHub-Event: issues", "X-GitHub-Event: ping", "X-GitHub-Delivery: 9", $"X-Hub-Signature-256: {Signature}"], 400 },
        { "two delivery ids", ["X-GitHub-Event: issues", "X-GitHub-Delivery: 10", "X-GitHub-Delivery: 11", $"X-Hub-Signature-256: {Signature}"], 400 },
        { "an escape sequence in the event name", ["X-GitHub-Event: issues\u001b[2J", "X-GitHub-Delivery: 12", $"X-Hub-Signature-256: {Signature}"], 400 },
        { "a long delivery id", ["X-GitHub-Event: issues", $"X-GitHub-Delivery: {new string('1', 201)}", $"X-Hub-Signature-256: {Signature}"], 400 },
        { "a long signature", ["X-GitHub-Event: issues", "X-GitHub-Delivery: 13", $"X-Hub-Signature-256: sha256={new string('a', 20_000)}"], 401 },
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _stage = await WebhookStage.OpenAsync();

    public ValueTask DisposeAsync() => _stage.DisposeAsync();

    [Theory]
    [MemberData(nameof(Deliveries))]
    public async Task Headers_are_taken_as_they_are_and_only_once(string what, string[] headers, int expected)
    {
        (await SendAsync(headers)).ShouldBe(expected, what);

        (await _stage.Inbox.CountPendingAsync(Token)).ShouldBe(expected == 202 ? 1 : 0);
    }

    /// <summary>The status code of the answer.</summary>
    private async Task<int> SendAsync(string[] headers)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(_stage.Address.Host, _stage.Address.Port, Token);
        await using var stream = client.GetStream();
        string[] lines = ["POST /webhooks/github HTTP/1.1", "Host: bot", "Connection: close", "Content-Type: application/json", $"Content-Length: {Body.Length}", .. headers, "", Body];
        await stream.WriteAsync(Encoding.Latin1.GetBytes(string.Join("\r\n", lines)), Token);
        using var reader = new StreamReader(stream, Encoding.Latin1);
        return int.Parse((await reader.ReadLineAsync(Token))!.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
    }

#pragma warning disable CA5350 // SHA-1 is what the test shows to be refused.
    private static string Sha1() => Convert.ToHexStringLower(HMACSHA1.HashData(Encoding.UTF8.GetBytes(WebhookStage.Secret), Encoding.UTF8.GetBytes(Body)));
#pragma warning restore CA5350
}
