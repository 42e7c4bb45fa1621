using System.Globalization;
using System.Net;

namespace ClaudeBot.Images;

/// <summary>Fetches images without credentials, cookies or patience; a redirect is followed only to where <see cref="ImageAddresses.MayFollow"/> says.</summary>
public sealed class ImageDownloads : IDisposable
{
    private const int MostRedirects = 3;

    // octet-stream: what storage says of a file whose kind it was not told. The reader decides then.
    private static readonly string[] Kinds = ["image/png", "image/jpeg", "image/gif", "image/webp", "application/octet-stream"];

    private readonly HttpClient _http;
    private readonly ImageAddresses _addresses;
    private readonly ImageOptions _options;
    private readonly TimeProvider _time;

    public ImageDownloads(ImageAddresses addresses, ImageOptions options, TimeProvider time)
        : this(addresses, options, time, new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, Credentials = null, AutomaticDecompression = DecompressionMethods.None })
    {
    }

    /// <param name="transport">Takes the place of the network; owned from now on.</param>
    internal ImageDownloads(ImageAddresses addresses, ImageOptions options, TimeProvider time, HttpMessageHandler transport)
    {
        (_addresses, _options, _time) = (addresses, options, time);
        _http = new HttpClient(transport) { Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.UserAgent.ParseAdd("claude-bot");
        _http.DefaultRequestHeaders.Accept.ParseAdd("image/png, image/jpeg, image/gif, image/webp");
    }

    /// <param name="address">One that <see cref="ImageAddresses"/> gave.</param>
    /// <param name="most">The most bytes that are taken.</param>
    /// <exception cref="ImageException">It does not come, is no image by its kind, or is too large.</exception>
    internal async Task<byte[]> FetchAsync(Uri address, int most, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(_options.Timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            for (var redirects = 0; redirects <= MostRedirects; redirects++)
            {
                using var response = await _http.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, either.Token);
                if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308))
                    return await ReadAsync(response, most, either.Token);
                if (response.Headers.Location is not { } location || !Uri.TryCreate(address, location, out var next) || !_addresses.MayFollow(next))
                    throw new ImageException("leads to another host");
                address = next;
            }

            throw new ImageException("leads from place to place");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ImageException("did not arrive in time");
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException)
        {
            throw new ImageException("could not be fetched");
        }
    }

    public void Dispose() => _http.Dispose();

    private static async Task<byte[]> ReadAsync(HttpResponseMessage response, int most, CancellationToken cancellationToken)
    {
        if (response.StatusCode != HttpStatusCode.OK)
            throw new ImageException(string.Create(CultureInfo.InvariantCulture, $"could not be fetched (HTTP {(int)response.StatusCode})"));
        if (response.Content.Headers.ContentType?.MediaType is { } kind && !Kinds.Contains(kind, StringComparer.OrdinalIgnoreCase))
            throw new ImageException(ImageReencoder.NoImage);
        if (response.Content.Headers.ContentLength > most)
            throw new ImageException(TooLarge);

        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var bytes = new MemoryStream();
        var buffer = new byte[64 * 1024];
        int read;
        while ((read = await body.ReadAsync(buffer, cancellationToken)) > 0)
        {
            // What a length promises is not what comes.
            if (bytes.Length + read > most)
                throw new ImageException(TooLarge);
            bytes.Write(buffer, 0, read);
        }

        return bytes.ToArray();
    }

    internal const string TooLarge = "too large";
}
