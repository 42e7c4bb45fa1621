namespace ClaudeBot.Images;

/// <summary>The images of an issue, in the order of its page; each address once.</summary>
/// <param name="Folder">Where the files lie; null: there are none.</param>
public sealed record ShownImages(IReadOnlyList<ShownImage> Images, string? Folder)
{
    public static ShownImages None { get; } = new([], null);

    /// <summary>How many were left out for which reason, in words for a list.</summary>
    public IReadOnlyList<string> LeftOut =>
    [
        .. Images.Where(image => image.LeftOut is not null).GroupBy(image => image.LeftOut)
            .Select(alike => $"{(alike.Count() == 1 ? "1 image" : $"{alike.Count()} images")}: {alike.Key}"),
    ];
}

/// <summary>One image: a file, or the reason why there is none.</summary>
public sealed record ShownImage
{
    /// <summary>Its address without a query; null when it is not on GitHub's own hosts.</summary>
    public string? Origin { get; init; }

    /// <summary>The file made anew; absolute. Null when it was left out.</summary>
    public string? Path { get; init; }

    /// <summary><c>image/png</c> or <c>image/jpeg</c>.</summary>
    public string MediaType { get; init; } = "";

    /// <summary>In pixels, as <see cref="Height"/>.</summary>
    public int Width { get; init; }

    public int Height { get; init; }

    /// <summary>Why it was left out, in a few fixed words.</summary>
    public string? LeftOut { get; init; }
}
