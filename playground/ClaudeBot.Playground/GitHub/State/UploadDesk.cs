using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace ClaudeBot.Playground.GitHub.State;

/// <summary>A file that somebody dragged into an issue. Whoever may see the repository may see it.</summary>
/// <param name="Ticket">The word that a signed address carries.</param>
internal sealed record Upload(Guid Id, Repository Repository, byte[] Bytes, string ContentType, string Ticket);

/// <summary>
/// Files uploaded into issues. As on GitHub their address in a text needs the session of a person when the repository is
/// private, and the API gives signed addresses in what it renders: no token opens the plain one.
/// </summary>
internal sealed partial class UploadDesk(Addresses at)
{
    private readonly ConcurrentDictionary<Guid, Upload> uploads = new();

    /// <summary>Keeps a file; gives its address for a text.</summary>
    public string Add(Repository repository, byte[] bytes, string contentType)
    {
        var upload = new Upload(Guid.NewGuid(), repository, bytes, contentType, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)));
        uploads[upload.Id] = upload;
        return $"{at.Html}/user-attachments/assets/{upload.Id}";
    }

    public Upload? Find(Guid id) => uploads.GetValueOrDefault(id);

    public string Signed(Upload upload) => $"{at.Html}/private-user-images/{upload.Repository.Owner.Id}/{upload.Repository.Id}-{upload.Id}.png?jwt={upload.Ticket}";

    /// <summary>HTML in which the addresses of uploads to this repository are signed.</summary>
    public string WithSigned(Repository repository, string html) => Address().Replace(html, address =>
        address.Value.StartsWith(at.Html, StringComparison.Ordinal) && Find(Guid.Parse(address.Groups[1].ValueSpan)) is { } upload && upload.Repository == repository
            ? Signed(upload)
            : address.Value);

    [GeneratedRegex(@"https?://[^/""]+/user-attachments/assets/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")]
    private static partial Regex Address();
}
