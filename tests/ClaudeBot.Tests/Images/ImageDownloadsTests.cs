using ClaudeBot.Images;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace ClaudeBot.Tests.Images;

public sealed class ImageDownloadsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_image_comes_without_credentials_or_cookies()
    {
        await using var host = await HostileHost.StartAsync(http =>
        {
            http.Response.ContentType = "image/png";
            http.Response.Headers.SetCookie = "logged_in=no";
            return http.Response.Body.WriteAsync(new byte[] { 1, 2, 3 }).AsTask();
        }, Token);

        (await host.FetchAsync(Token)).ShouldBe([1, 2, 3]);
        await host.FetchAsync(Token);
        host.Headers.ShouldNotContain(header => header.StartsWith("Authorization", StringComparison.OrdinalIgnoreCase) || header.StartsWith("Cookie", StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData("http://169.254.169.254/latest/meta-data/iam/security-credentials/")]
    [InlineData("http://127.0.0.1:1/")]
    [InlineData("https://evil.example/a.png")]
    [InlineData("//evil.example/a.png")]
    [InlineData("file:///etc/passwd")]
    [InlineData("gopher://127.0.0.1:1/")]
    public async Task A_redirect_to_another_host_is_not_followed(string location)
    {
        await using var host = await HostileHost.StartAsync(http =>
        {
            (http.Response.StatusCode, http.Response.Headers.Location) = (302, location);
            return Task.CompletedTask;
        }, Token);

        (await Should.ThrowAsync<ImageException>(host.FetchAsync(Token))).Message.ShouldBe("leads to another host");
        host.Asked.ShouldBe(1);
    }

    [Fact]
    public async Task A_circle_of_redirects_ends()
    {
        await using var host = await HostileHost.StartAsync(http =>
        {
            (http.Response.StatusCode, http.Response.Headers.Location) = (307, "/again");
            return Task.CompletedTask;
        }, Token);

        (await Should.ThrowAsync<ImageException>(host.FetchAsync(Token))).Message.ShouldBe("leads from place to place");
        host.Asked.ShouldBe(4);
    }

    [Theory]
    [InlineData("text/html")]
    [InlineData("image/svg+xml")]
    [InlineData("application/zip")]
    public async Task Another_kind_of_content_is_not_read(string kind)
    {
        await using var host = await HostileHost.StartAsync(http =>
        {
            http.Response.ContentType = kind;
            return http.Response.WriteAsync("<svg/>");
        }, Token);

        (await Should.ThrowAsync<ImageException>(host.FetchAsync(Token))).Message.ShouldBe("no PNG, JPEG, GIF or WebP");
    }

    [Fact]
    public async Task A_missing_image_tells_the_status()
    {
        await using var host = await HostileHost.StartAsync(http =>
        {
            http.Response.StatusCode = 404;
            return Task.CompletedTask;
        }, Token);

        (await Should.ThrowAsync<ImageException>(host.FetchAsync(Token))).Message.ShouldBe("could not be fetched (HTTP 404)");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task More_bytes_than_allowed_are_not_taken_promised_or_not(bool promised)
    {
        var sent = 0;
        await using var host = await HostileHost.StartAsync(async http =>
        {
            http.Response.ContentType = "image/png";
            if (promised)
                http.Response.ContentLength = 1L << 40;
            while (!http.RequestAborted.IsCancellationRequested && sent < 500)
            {
                await http.Response.Body.WriteAsync(new byte[64 * 1024], http.RequestAborted);
                sent++;
            }
        }, Token);

        (await Should.ThrowAsync<ImageException>(host.FetchAsync(Token))).Message.ShouldBe("too large");
        sent.ShouldBeLessThan(500);
    }

    [Fact]
    public async Task A_body_that_drips_is_given_up()
    {
        var time = new FakeTimeProvider();
        var begun = new TaskCompletionSource();
        await using var host = await HostileHost.StartAsync(async http =>
        {
            http.Response.ContentType = "image/png";
            await http.Response.Body.WriteAsync(new byte[] { 0x89 }, http.RequestAborted);
            await http.Response.Body.FlushAsync(http.RequestAborted);
            begun.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, http.RequestAborted);
        }, Token, time: time);

        var fetching = host.FetchAsync(Token);
        await begun.Task.WaitAsync(Token);
        time.Advance(TimeSpan.FromSeconds(21));

        (await Should.ThrowAsync<ImageException>(fetching)).Message.ShouldBe("did not arrive in time");
    }

    [Fact]
    public async Task A_connection_that_breaks_leaves_the_image_out()
    {
        await using var host = await HostileHost.StartAsync(async http =>
        {
            http.Response.ContentType = "image/png";
            http.Response.ContentLength = 1000;
            await http.Response.Body.WriteAsync(new byte[] { 1 });
            http.Abort();
        }, Token);

        (await Should.ThrowAsync<ImageException>(host.FetchAsync(Token))).Message.ShouldBe("could not be fetched");
    }
}
