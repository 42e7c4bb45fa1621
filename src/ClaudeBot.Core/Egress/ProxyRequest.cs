using System.Globalization;
using System.Text;

namespace ClaudeBot.Egress;

/// <summary>The first request on a connection to a forward proxy (RFC 9110, 7.7; RFC 9112, 3.2).</summary>
/// <param name="IsTunnel"><c>CONNECT</c>.</param>
/// <param name="Head">The request as the origin is to get it, for plain HTTP: in origin form, one request for the connection.</param>
/// <param name="Rest">What the client had sent after it.</param>
internal sealed record ProxyRequest(bool IsTunnel, string Host, int Port, byte[] Head, byte[] Rest)
{
    private const int LongestHead = 32 * 1024;

    private static readonly string[] ForThisHop = ["host", "connection", "keep-alive", "proxy-connection", "proxy-authorization", "te", "upgrade"];

    /// <summary>Null when it is no such request, or its head is longer than 32 KiB.</summary>
    public static async Task<ProxyRequest?> ReadAsync(Stream client, CancellationToken cancellationToken)
    {
        var buffer = new byte[LongestHead];
        var length = 0;
        while (length < buffer.Length)
        {
            var count = await client.ReadAsync(buffer.AsMemory(length), cancellationToken);
            if (count == 0)
                return null;
            length += count;
            if (buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8) is >= 0 and var end)
                return Parse(Encoding.Latin1.GetString(buffer, 0, end), buffer[(end + 4)..length]);
        }

        return null;
    }

    private static ProxyRequest? Parse(string head, byte[] rest)
    {
        var lines = head.Split("\r\n");
        // A line end that only some read as one, or a folded header, could hide a second request.
        if (Array.Exists(lines, line => line.AsSpan().IndexOfAny('\r', '\n', '\0') >= 0)
            || lines.Skip(1).Any(line => line is "" or [' ' or '\t', ..] || !line.Contains(':', StringComparison.Ordinal))
            || lines[0].Split(' ') is not [var method, var target, "HTTP/1.1" or "HTTP/1.0"])
            return null;
        if (method == "CONNECT")
            return Authority(target) is var (host, port) ? new ProxyRequest(true, host, port, [], rest) : null;
        if (!Uri.TryCreate(target, UriKind.Absolute, out var uri) || uri.Scheme != Uri.UriSchemeHttp || uri.UserInfo.Length > 0)
            return null;

        var kept = lines.Skip(1).Where(line => !ForThisHop.Contains(line[..line.IndexOf(':', StringComparison.Ordinal)].Trim().ToLowerInvariant()));
        string[] origin = [$"{method} {uri.PathAndQuery} HTTP/1.1", $"Host: {uri.Authority}", .. kept, "Connection: close", "", ""];
        return new ProxyRequest(false, uri.IdnHost, uri.Port, Encoding.Latin1.GetBytes(string.Join("\r\n", origin)), rest);
    }

    private static (string Host, int Port)? Authority(string target) =>
        target.LastIndexOf(':') is > 0 and var colon
        && int.TryParse(target.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
        && target[..colon].Trim('[', ']') is var host
        && Uri.CheckHostName(host) is UriHostNameType.Dns or UriHostNameType.IPv4 or UriHostNameType.IPv6
            ? (host, port)
            : null;
}
