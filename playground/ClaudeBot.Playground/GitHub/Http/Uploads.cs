using ClaudeBot.Playground.GitHub.State;

namespace ClaudeBot.Playground.GitHub.Http;

/// <summary>The addresses under which uploads lie, beside the API.</summary>
internal sealed class Uploads(UploadDesk desk)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        // No session is known here, so a private repository's upload is not found, whoever asks.
        routes.MapGet("/user-attachments/assets/{id:guid}", (Guid id) =>
            desk.Find(id) is { Repository.IsPrivate: false } upload ? Results.Redirect(desk.Signed(upload)) : Results.NotFound());
        routes.MapGet("/private-user-images/{owner:long}/{name}", (string name, string? jwt) =>
            Guid.TryParse(Path.GetFileNameWithoutExtension(name[(name.IndexOf('-', StringComparison.Ordinal) + 1)..]), out var id)
            && desk.Find(id) is { } upload && upload.Ticket == jwt
                ? Results.Bytes(upload.Bytes, upload.ContentType)
                : Results.NotFound());
    }
}
