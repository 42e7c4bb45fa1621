using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using ClaudeBot.Triggers;
using ClaudeBot.Webhooks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace ClaudeBot.Tests.Webhooks;

public sealed class WebhookDoorTests : IAsyncLifetime
{
    private const string Body = """{"action":"opened"}""";
    private const string Header = "X-Hub-Signature-256";
    private WebhookStage _stage = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _stage = await WebhookStage.OpenAsync();

    public ValueTask DisposeAsync() => _stage.DisposeAsync();

    [Fact]
    public async Task A_signed_delivery_is_stored_byte_for_byte_before_it_is_answered()
    {
        var (status, _, _) = await _stage.SendAsync(_stage.Delivery("{ \"a\" :\t\"ü\" }", "issues", "id-1"));

        status.ShouldBe(202);
        var stored = (await _stage.Inbox.PendingAsync(10, Token)).Single();
        (stored.Id, stored.Event, Encoding.UTF8.GetString(stored.Body.Span)).ShouldBe(("id-1", "issues", "{ \"a\" :\t\"ü\" }"));
    }

    [Fact]
    public async Task The_same_delivery_again_is_accepted_and_does_nothing()
    {
        (await _stage.SendAsync(_stage.Delivery(Body, id: "id-1"))).Status.ShouldBe(202);
        (await _stage.SendAsync(_stage.Delivery(Body, id: "id-1"))).Status.ShouldBe(202);

        (await _stage.Inbox.CountPendingAsync(Token)).ShouldBe(1);
    }

    [Fact]
    public async Task A_delivery_that_was_read_is_stored_though_its_sender_has_hung_up()
    {
        using var connection = new CancellationTokenSource();
        var inbox = Before.Call(_stage.Inbox, nameof(IInbox.StoreAsync), connection.CancelAsync);
        var body = Encoding.UTF8.GetBytes(Body);
        var http = new DefaultHttpContext { RequestAborted = connection.Token };
        http.Request.Body = new MemoryStream(body);
        (http.Request.ContentType, http.Request.ContentLength) = ("application/json", body.Length);
        foreach (var (name, value) in new[] { ("X-GitHub-Delivery", "id-1"), ("X-GitHub-Event", "issues"), (Header, WebhookStage.Sign(body)) })
            http.Request.Headers[name] = value;

        await ActivatorUtilities.CreateInstance<WebhookDoor>(_stage.Services, inbox).ReceiveAsync(http);

        (await _stage.Inbox.PendingAsync(10, Token)).ShouldHaveSingleItem().Id.ShouldBe("id-1");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("sha256=")]
    [InlineData("sha256=abcd")]
    [InlineData("sha1=0000000000000000000000000000000000000000")]
    [InlineData("sha256=zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz")]
    [InlineData("sha256=0000000000000000000000000000000000000000000000000000000000000000")]
    public async Task Without_a_right_signature_nothing_is_accepted(string? signature)
    {
        var request = _stage.Delivery(Body);
        request.Headers.Remove(Header);
        if (signature is not null)
            request.Headers.TryAddWithoutValidation(Header, signature);

        await RefusedAsync(request, 401);
    }

    [Fact]
    public async Task Two_signatures_are_none()
    {
        var request = _stage.Delivery(Body);
        request.Headers.Add(Header, request.Headers.GetValues(Header).Single());

        await RefusedAsync(request, 401);
    }

    [Fact]
    public async Task A_changed_body_is_refused_before_it_is_parsed()
    {
        var request = _stage.Delivery(Body);
        request.Content = new StringContent("{{{ no json", Encoding.UTF8, "application/json");

        await RefusedAsync(request, 401);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public async Task While_no_secret_is_set_nothing_is_accepted(string? secret)
    {
        _stage.Current = secret;
        var request = _stage.Delivery(Body);
        request.Headers.Remove(Header);
        request.Headers.Add(Header, WebhookStage.Sign(Encoding.UTF8.GetBytes(Body), ""));

        await RefusedAsync(request, 401);

        _stage.Logs.GetSnapshot().ShouldContain(record => record.Message.Contains("GITHUB_WEBHOOK_SECRET is not set"));
    }

    [Fact]
    public async Task While_rotating_both_secrets_open_the_door_and_afterwards_only_the_new_one()
    {
        (_stage.Current, _stage.Next) = ("the old secret", WebhookStage.Secret);
        (await _stage.SendAsync(_stage.Delivery(Body))).Status.ShouldBe(202);
        (_stage.Current, _stage.Next) = (WebhookStage.Secret, "the new secret");
        (await _stage.SendAsync(_stage.Delivery(Body))).Status.ShouldBe(202);
        (_stage.Current, _stage.Next) = ("the new secret", null);
        (await _stage.SendAsync(_stage.Delivery(Body))).Status.ShouldBe(401);
    }

    [Theory]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("text/plain")]
    [InlineData(null)]
    public async Task Another_content_type_is_refused_and_the_setting_is_named(string? type)
    {
        var request = _stage.Delivery(Body);
        request.Content!.Headers.ContentType = type is null ? null : new MediaTypeHeaderValue(type);

        (await RefusedAsync(request, 415)).ShouldContain("Content type");
    }

    [Fact]
    public async Task A_content_type_with_a_charset_is_json_too()
    {
        var request = _stage.Delivery(Body);
        request.Content!.Headers.ContentType = new MediaTypeHeaderValue("application/json", "utf-8");

        (await _stage.SendAsync(request)).Status.ShouldBe(202);
    }

    [Theory]
    [InlineData("X-GitHub-Event")]
    [InlineData("X-GitHub-Delivery")]
    public async Task A_delivery_without_its_name_is_refused(string header)
    {
        var request = _stage.Delivery(Body);
        request.Headers.Remove(header);

        (await RefusedAsync(request, 400)).ShouldContain(header);
    }

    [Theory]
    [InlineData("")]
    [InlineData("no json")]
    [InlineData("[]")]
    [InlineData("{} {}")]
    [InlineData("{\"a\":")]
    public async Task A_body_that_is_no_json_object_is_refused(string body) => await RefusedAsync(_stage.Delivery(body), 400);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_above_githubs_cap_is_refused_while_it_is_read(bool chunked)
    {
        var request = _stage.Delivery(Body);
        request.Content = new ByteArrayContent(new byte[WebhookOptions.LargestBody + 1]);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.TransferEncodingChunked = chunked;

        await RefusedAsync(request, 413);
    }

    [Fact]
    public async Task What_cannot_be_stored_is_not_claimed_to_be()
    {
        await _stage.LoseLedgerAsync();

        var (status, body, response) = await _stage.SendAsync(_stage.Delivery(Body));

        status.ShouldBe(503);
        Detail(body).ShouldContain("could not be stored");
        response.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(30));
    }

    private async Task<string> RefusedAsync(HttpRequestMessage request, int expected)
    {
        var (status, body, response) = await _stage.SendAsync(request);

        status.ShouldBe(expected);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        (await _stage.Inbox.CountPendingAsync(Token)).ShouldBe(0);
        return Detail(body);
    }

    private static string Detail(string problem) => JsonDocument.Parse(problem).RootElement.GetProperty("detail").GetString()!;
}
