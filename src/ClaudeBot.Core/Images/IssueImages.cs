using System.Net;
using System.Text.RegularExpressions;
using ClaudeBot.GitHub;
using Microsoft.Extensions.Logging;

namespace ClaudeBot.Images;

/// <summary>
/// Brings the images that an issue's page shows to a folder from which the agent can look at them. An image that cannot
/// be had is left out with its reason; nothing here fails a run.
/// </summary>
public sealed partial class IssueImages(GitHubClient gitHub, ImageAddresses addresses, ImageDownloads downloads, ImageReader reader, ImageOptions options, TimeProvider time, ILogger<IssueImages> logger)
{
    /// <summary>Fetches, makes anew and writes <c>image-1.png</c> and so on.</summary>
    /// <param name="issue">Whose page shows them; null: a task without an issue, whose uploads have no signed addresses.</param>
    /// <param name="shown">Their addresses in the text that the agent is given, in order.</param>
    /// <param name="folder">Made anew; the agent must not be able to write there.</param>
    public async Task<ShownImages> FetchAsync(RepositoryName repository, IssueReference? issue, IReadOnlyList<string> shown, string folder, CancellationToken cancellationToken)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        if (shown.Count == 0)
            return ShownImages.None;

        using var limit = new CancellationTokenSource(options.TimeoutInAll, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        string[] distinct = [.. shown.Distinct(StringComparer.Ordinal)];
        var places = distinct.Take(options.Most).Select(address => addresses.Find(address, repository)).ToList();
        var images = new List<ShownImage>();
        Directory.CreateDirectory(folder);
        try
        {
            var signed = issue is not null && places.OfType<ImagePlace.Attachment>().Any(place => place.Asset is not null) ? await SignedAsync(issue, either.Token) : [];
            var left = options.MostBytesInAll;
            foreach (var place in places)
            {
                var file = Path.Combine(folder, $"image-{images.Count + 1}");
                var (image, bytes) = await OneAsync(place, repository, signed, file, (int)Math.Min(options.MostBytes, left), either.Token);
                images.Add(image);
                left -= bytes;
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            images.AddRange(places.Skip(images.Count).Select(place => new ShownImage { Origin = place?.Origin, LeftOut = "no time was left for it" }));
        }

        images.AddRange(distinct.Skip(options.Most).Select(_ => new ShownImage { LeftOut = $"there are more than {options.Most}" }));
        var readable = images.Count(image => image.Path is not null);
        Log.Fetched(logger, readable, images.Count);
        return new ShownImages(images, folder);
    }

    private async Task<(ShownImage Image, int Bytes)> OneAsync(
        ImagePlace? place, RepositoryName repository, Dictionary<string, Uri> signed, string file, int most, CancellationToken cancellationToken)
    {
        var bytes = 0;
        try
        {
            var source = place switch
            {
                ImagePlace.Attachment { Asset: { } asset } when signed.TryGetValue(asset, out var address) => await downloads.FetchAsync(address, most, cancellationToken),
                ImagePlace.Attachment attachment => await downloads.FetchAsync(attachment.Address, most, cancellationToken),
                ImagePlace.RepositoryFile named => await FileAsync(repository, named, most, cancellationToken),
                _ => throw new ImageException("not on GitHub's own hosts"),
            };
            bytes = source.Length;
            var image = await reader.ReadAsync(source, cancellationToken);
            var path = $"{file}.{(image.MediaType == "image/png" ? "png" : "jpg")}";
            await File.WriteAllBytesAsync(path, image.Bytes, cancellationToken);
            return (new ShownImage { Origin = place.Origin, Path = path, MediaType = image.MediaType, Width = image.Width, Height = image.Height }, bytes);
        }
        catch (ImageException reason)
        {
            return (new ShownImage { Origin = place?.Origin, LeftOut = reason.Message }, bytes);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            // A picture is never worth a run.
            Log.Failed(logger, fault);
            return (new ShownImage { Origin = place?.Origin, LeftOut = "could not be kept" }, bytes);
        }
    }

    private async Task<byte[]> FileAsync(RepositoryName repository, ImagePlace.RepositoryFile named, int most, CancellationToken cancellationToken)
    {
        try
        {
            var bytes = await gitHub.FindFileAsync(repository, named.Path, named.Reference, cancellationToken) ?? throw new ImageException("no such file in the repository");
            return bytes.Length <= most ? bytes : throw new ImageException(ImageDownloads.TooLarge);
        }
        catch (GitHubException)
        {
            throw new ImageException("could not be read from the repository");
        }
    }

    // GitHub lets no token fetch an upload of a private repository. It signs the addresses in an issue that it has rendered,
    // for some minutes: https://docs.github.com/en/rest/using-the-rest-api/getting-started-with-the-rest-api#media-types
    private async Task<Dictionary<string, Uri>> SignedAsync(IssueReference issue, CancellationToken cancellationToken)
    {
        var signed = new Dictionary<string, Uri>(StringComparer.Ordinal);
        try
        {
            foreach (Match source in Source().Matches(await gitHub.GetIssueHtmlAsync(issue, cancellationToken)))
            {
                if (Uri.TryCreate(WebUtility.HtmlDecode(source.Groups[1].Value), UriKind.Absolute, out var uri) && addresses.MayFollow(uri) && ImageAddresses.AssetOf(uri) is { } asset)
                    signed.TryAdd(asset, uri);
            }
        }
        catch (Exception e) when (e is GitHubException or RegexMatchTimeoutException)
        {
            // Those of a public repository come without.
            Log.NotSigned(logger, e.Message);
        }

        return signed;
    }

    [GeneratedRegex("<img [^>]*?src=\"([^\"]{1,4000})\"", RegexOptions.None, matchTimeoutMilliseconds: 2000)]
    private static partial Regex Source();

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "The agent is shown {Shown} of the issue's {All} images")]
        public static partial void Fetched(ILogger logger, int shown, int all);

        [LoggerMessage(Level = LogLevel.Warning, Message = "An image of the issue could not be kept")]
        public static partial void Failed(ILogger logger, Exception exception);

        [LoggerMessage(Level = LogLevel.Warning, Message = "The signed addresses of the issue's images could not be read: {Reason}")]
        public static partial void NotSigned(ILogger logger, string reason);
    }
}
