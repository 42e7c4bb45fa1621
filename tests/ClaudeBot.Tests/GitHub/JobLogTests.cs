using System.Net;
using System.Text;
using System.Text.Json;
using ClaudeBot.GitHub.Wire;

namespace ClaudeBot.Tests.GitHub;

/// <summary>The log of a job is as long as its steps made it; the bot keeps its end.</summary>
public sealed class JobLogTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("It broke.\n")]
    [InlineData("")]
    public async Task A_short_log_comes_whole(string log) => (await ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes(log)))).ShouldBe(log);

    [Fact]
    public async Task Of_a_long_log_the_last_hundred_thousand_characters_come()
    {
        var log = string.Concat(Enumerable.Range(0, 150_000).Select(number => $"{number} – ä\n"));
        (await ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes(log)))).ShouldBe(log[^100_000..]);
    }

    [Fact]
    public async Task A_log_that_does_not_end_is_given_up()
    {
        await using var endless = new Endless(200L << 20);
        (await ReadAsync(endless)).ShouldBeNull();
        endless.Position.ShouldBeInRange(64L << 20, 65L << 20);
    }

    private static async Task<string?> ReadAsync(Stream log)
    {
        using var http = new HttpMessageInvoker(new JobLogHandler { InnerHandler = new Server(log) });
        using var ask = new HttpRequestMessage(HttpMethod.Get, "http://localhost/repos/octo/demo/actions/jobs/7/logs");
        using var answer = await http.SendAsync(ask, Token);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Token));
        return json.RootElement.GetProperty("log").GetString();
    }

    private sealed class Server(Stream log) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var answer = new HttpResponseMessage(HttpStatusCode.Redirect);
            if (request.RequestUri!.AbsolutePath == "/log")
                (answer.StatusCode, answer.Content) = (HttpStatusCode.OK, new StreamContent(log));
            else
                answer.Headers.Location = new Uri("http://localhost/log");
            return Task.FromResult(answer);
        }
    }

    /// <summary>As much text as is asked for, up to a length that no test should reach.</summary>
    private sealed class Endless(long length) : Stream
    {
        private long _read;

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => _read;
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var given = (int)Math.Min(count, length - _read);
            buffer.AsSpan(offset, given).Fill((byte)'x');
            _read += given;
            return given;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
