using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ClaudeBot.Tests.Gateway;

public sealed class GatewayTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_call_reaches_the_service_with_the_real_key_and_without_the_pass()
    {
        await using var lab = await GatewayLab.StartAsync(Answers.StreamAsync);
        var pass = await lab.PassAsync();

        using var answer = await lab.CallAsync(pass, headers =>
        {
            headers.Add("anthropic-version", "2023-06-01");
            headers.Add("anthropic-beta", "a,b");
            headers.Authorization = new AuthenticationHeaderValue("Bearer", pass.Token);
            headers.Add("cookie", "a=b");
            headers.Add("x-forwarded-for", "10.0.0.1");
            headers.Add("accept-encoding", "gzip, br");
        }, body: """{"model":"m"}""");

        (await answer.Content.ReadAsStringAsync(Cancellation)).ShouldBe(Answers.Start + Answers.End);
        var seen = lab.Requests.ShouldHaveSingleItem();
        seen.Line.ShouldBe("POST /v1/messages?beta=true");
        seen.Body.ShouldBe("""{"model":"m"}""");
        seen.Headers["x-api-key"].ShouldBe(GatewayLab.Key);
        seen.Headers["anthropic-version"].ShouldBe("2023-06-01");
        seen.Headers["anthropic-beta"].ShouldBe("a,b");
        seen.Headers["accept-encoding"].ShouldBe("identity");
        seen.Headers.Keys.ShouldNotContain(name => name == "Authorization" || name == "Cookie" || name.StartsWith("X-Forwarded"));
        seen.Headers.Values.ShouldNotContain(value => value.Contains(pass.Token));
        answer.Headers.Concat(answer.Content.Headers).SelectMany(h => h.Value).ShouldNotContain(value => value.Contains(GatewayLab.Key));
    }

    [Fact]
    public async Task A_rotated_key_is_used_by_the_next_call()
    {
        await using var lab = await GatewayLab.StartAsync(Answers.JsonAsync);
        var pass = await lab.PassAsync();
        (await lab.CallAsync(pass)).Dispose();
        lab.KeyNow = "sk-ant-the-real-key-0002";
        (await lab.CallAsync(pass)).Dispose();

        lab.Requests.Select(seen => seen.Headers["x-api-key"]).ShouldBe([GatewayLab.Key, "sk-ant-the-real-key-0002"]);
    }

    [Fact]
    public async Task A_revoked_pass_is_refused_and_nothing_is_forwarded()
    {
        await using var lab = await GatewayLab.StartAsync(Answers.JsonAsync);
        var pass = await lab.PassAsync();
        lab.Passes.Revoke(pass);

        using var answer = await lab.CallAsync(pass);

        answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await answer.Content.ReadAsStringAsync(Cancellation)).ShouldContain("\"authentication_error\"");
        lab.Requests.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("/v1/messages/batches")]
    [InlineData("/v1/files")]
    [InlineData("/v1/messages/../files")]
    [InlineData("/v1/messages/")]
    [InlineData("/")]
    public async Task Other_paths_are_answered_404_in_the_services_own_form(string path)
    {
        await using var lab = await GatewayLab.StartAsync(Answers.JsonAsync);

        using var answer = await lab.CallAsync(await lab.PassAsync(), path: path);

        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await answer.Content.ReadAsStringAsync(Cancellation)).ShouldStartWith("""{"type":"error","error":{"type":"not_found_error",""");
        lab.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_request_over_the_limit_is_refused()
    {
        await using var lab = await GatewayLab.StartAsync(Answers.JsonAsync);

        using var answer = await lab.CallAsync(await lab.PassAsync(), body: new string(' ', 100_001));

        answer.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        lab.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_refused_key_is_one_auth_error_and_the_key_is_masked_in_the_answer()
    {
        await using var lab = await GatewayLab.StartAsync(Answers.Error(401, $"invalid x-api-key {GatewayLab.Key}"));

        using var answer = await lab.CallAsync(await lab.PassAsync());

        answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        answer.Headers.GetValues("x-should-retry").ShouldBe(["false"]);
        var body = await answer.Content.ReadAsStringAsync(Cancellation);
        body.ShouldContain("invalid x-api-key ***");
        var line = lab.Logs.GetSnapshot().Where(l => l.Level == LogLevel.Error).ShouldHaveSingleItem();
        line.Message.ShouldContain("auth");
        line.Message.ShouldContain(lab.Task.Value);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(529)]
    public async Task A_limit_passes_through_with_its_wait_and_is_logged(int status)
    {
        await using var lab = await GatewayLab.StartAsync(Answers.Error(status, "slow down", headers => headers.RetryAfter = "7"));

        using var answer = await lab.CallAsync(await lab.PassAsync());

        ((int)answer.StatusCode).ShouldBe(status);
        answer.Headers.GetValues("retry-after").ShouldBe(["7"]);
        (await answer.Content.ReadAsStringAsync(Cancellation)).ShouldContain("slow down");
        lab.Logs.GetSnapshot().ShouldContain(l => l.Level == LogLevel.Warning && l.Message.Contains("rate limit"));
    }

    [Fact]
    public async Task A_stream_reaches_the_client_piece_by_piece()
    {
        var goOn = new TaskCompletionSource();
        await using var lab = await GatewayLab.StartAsync(async context =>
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync(Answers.Start, context.RequestAborted);
            await goOn.Task;
            await context.Response.WriteAsync(Answers.End, context.RequestAborted);
        });
        using var answer = await lab.CallAsync(await lab.PassAsync());
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(Cancellation));

        (await reader.ReadLineAsync(Cancellation)).ShouldBe("event: message_start");
        goOn.SetResult();
        (await reader.ReadToEndAsync(Cancellation)).ShouldEndWith(Answers.End);
    }
}
