using SkiaSharp;

namespace ClaudeBot.Images;

/// <summary>
/// Reads an untrusted image and makes a new one of its pixels: whatever else the file carried (metadata, a second format,
/// further frames, bytes after its end) is gone. Only ever runs in a process of its own, inside the sandbox: the decoders
/// are native code.
/// </summary>
public static class ImageReencoder
{
    /// <summary>Above it nothing is decoded: 50 megapixels, 200 MB.</summary>
    private const long MostPixels = 50_000_000;

    /// <summary>The longer side of what comes out, in pixels: models look at no more.</summary>
    private const int LongestSide = 2000;

    /// <summary>A larger PNG becomes a JPEG. Anthropic's API takes images of 5 MB in base64.</summary>
    private const int LargestPng = 3_500_000;

    private const int JpegQuality = 85;

    private static readonly SKEncodedImageFormat[] Known = [SKEncodedImageFormat.Png, SKEncodedImageFormat.Jpeg, SKEncodedImageFormat.Gif, SKEncodedImageFormat.Webp];

    /// <param name="bytes">PNG, JPEG, GIF or WebP; of an animation the first frame is taken.</param>
    /// <exception cref="FormatException">It is none of these, too large, or cut off. The message is one of a few fixed ones.</exception>
    public static ReencodedImage Reencode(byte[] bytes)
    {
        using var data = SKData.CreateCopy(bytes);
        using var codec = SKCodec.Create(data);
        if (codec is null || !Known.Contains(codec.EncodedFormat))
            throw new FormatException(NoImage);
        if ((long)codec.Info.Width * codec.Info.Height > MostPixels)
            throw new FormatException(TooManyPixels);

        var info = new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, SKAlphaType.Premul, SKColorSpace.CreateSrgb());
        using var decoded = new SKBitmap(info);
        if (codec.GetPixels(info, decoded.GetPixels()) is not SKCodecResult.Success)
            throw new FormatException(Broken);

        using var upright = Upright(decoded, codec.EncodedOrigin);
        using var fitting = Fitting(upright);
        using var png = fitting.Encode(SKEncodedImageFormat.Png, 100) ?? throw new FormatException(Broken);
        if (png.Size <= LargestPng)
            return new ReencodedImage("image/png", fitting.Width, fitting.Height, png.ToArray());
        using var jpeg = fitting.Encode(SKEncodedImageFormat.Jpeg, JpegQuality) ?? throw new FormatException(Broken);
        return new ReencodedImage("image/jpeg", fitting.Width, fitting.Height, jpeg.ToArray());
    }

    internal const string NoImage = "no PNG, JPEG, GIF or WebP";
    internal const string TooManyPixels = "too many pixels";
    internal const string Broken = "cut off or damaged";

    // A telephone says in the metadata, which are dropped, how it was held.
    private static SKBitmap Upright(SKBitmap bitmap, SKEncodedOrigin origin)
    {
        var degrees = origin switch
        {
            SKEncodedOrigin.BottomRight => 180,
            SKEncodedOrigin.RightTop => 90,
            SKEncodedOrigin.LeftBottom => 270,
            _ => 0,
        };
        if (degrees == 0)
            return bitmap.Copy();
        var (width, height) = degrees == 180 ? (bitmap.Width, bitmap.Height) : (bitmap.Height, bitmap.Width);
        var turned = new SKBitmap(bitmap.Info.WithSize(width, height));
        using var canvas = new SKCanvas(turned);
        canvas.Translate(width / 2f, height / 2f);
        canvas.RotateDegrees(degrees);
        canvas.DrawBitmap(bitmap, -bitmap.Width / 2f, -bitmap.Height / 2f, new SKSamplingOptions(SKFilterMode.Nearest));
        return turned;
    }

    private static SKBitmap Fitting(SKBitmap bitmap)
    {
        var scale = (double)LongestSide / Math.Max(bitmap.Width, bitmap.Height);
        if (scale >= 1)
            return bitmap.Copy();
        var (width, height) = (Math.Max(1, (int)(bitmap.Width * scale)), Math.Max(1, (int)(bitmap.Height * scale)));
        return bitmap.Resize(bitmap.Info.WithSize(width, height), new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear))
            ?? throw new FormatException(Broken);
    }
}

/// <param name="MediaType"><c>image/png</c> or <c>image/jpeg</c>.</param>
/// <param name="Width">In pixels.</param>
/// <param name="Height">In pixels.</param>
public sealed record ReencodedImage(string MediaType, int Width, int Height, byte[] Bytes);
