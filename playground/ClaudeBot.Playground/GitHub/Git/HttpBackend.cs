using System.Diagnostics;
using System.Globalization;
using System.Text;
using ClaudeBot.Playground.GitHub.State;

namespace ClaudeBot.Playground.GitHub.Git;

/// <summary>One run of <c>git http-backend</c> as a CGI program: https://git-scm.com/docs/git-http-backend.</summary>
internal sealed class HttpBackend(BareRepository git, HttpContext context)
{
    /// <summary>Streams the request to git and git's answer to <paramref name="output"/>; status and headers go to the response.</summary>
    public async Task RunAsync(string path, Account? account, Stream output)
    {
        var cancelled = context.RequestAborted;
        using var process = Process.Start(Prepare(path, account)) ?? throw new InvalidOperationException("git did not start.");
        try
        {
            var complaining = process.StandardError.ReadToEndAsync(cancelled);
            var feeding = FeedAsync(process, cancelled);
            await ReadHeadersAsync(process.StandardOutput.BaseStream, cancelled);
            await process.StandardOutput.BaseStream.CopyToAsync(output, cancelled);
            await feeding;
            await process.WaitForExitAsync(cancelled);
            await complaining;
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    private ProcessStartInfo Prepare(string path, Account? account)
    {
        var (request, start) = (context.Request, GitProcess.Prepare(git.Folder, ["http-backend"]));
        var environment = start.Environment;
        environment["GIT_PROJECT_ROOT"] = git.Folder;
        environment["GIT_HTTP_EXPORT_ALL"] = "1";
        environment["PATH_INFO"] = path;
        environment["REQUEST_METHOD"] = request.Method;
        environment["QUERY_STRING"] = request.QueryString.Value?.TrimStart('?') ?? "";
        environment["CONTENT_TYPE"] = request.ContentType ?? "";
        environment["REMOTE_ADDR"] = "127.0.0.1";
        environment["REMOTE_USER"] = account?.Login ?? "";
        if (request.ContentLength is { } length)
        {
            environment["CONTENT_LENGTH"] = length.ToString(CultureInfo.InvariantCulture);
        }

        if (request.Headers.ContentEncoding is [{ } encoding])
        {
            environment["HTTP_CONTENT_ENCODING"] = encoding;
        }

        if (request.Headers["Git-Protocol"] is [{ } protocol])
        {
            environment["GIT_PROTOCOL"] = protocol;
        }

        return start;
    }

    private async Task FeedAsync(Process process, CancellationToken cancellationToken)
    {
        try
        {
            await context.Request.Body.CopyToAsync(process.StandardInput.BaseStream, cancellationToken);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // git has stopped listening; what it has to say about that is in its answer.
        }
    }

    private async Task ReadHeadersAsync(Stream output, CancellationToken cancellationToken)
    {
        var (line, one) = (new StringBuilder(), new byte[1]);
        while (await output.ReadAsync(one, cancellationToken) == 1)
        {
            if (one[0] != '\n')
            {
                line.Append((char)one[0]);
                continue;
            }

            var header = line.ToString().TrimEnd('\r');
            line.Clear();
            if (header.Length == 0)
            {
                return;
            }

            var colon = header.IndexOf(':', StringComparison.Ordinal);
            var (name, value) = (header[..colon], header[(colon + 1)..].Trim());
            if (name.Equals("Status", StringComparison.OrdinalIgnoreCase))
            {
                context.Response.StatusCode = int.Parse(value.AsSpan(0, 3), CultureInfo.InvariantCulture);
            }
            else
            {
                context.Response.Headers[name] = value;
            }
        }
    }
}
