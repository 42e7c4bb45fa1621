using System.Globalization;

namespace ClaudeBot.Images;

/// <summary>
/// What passes between the bot and the process that reads an untrusted image: base64 in, one line <c>media-type width
/// height</c> and base64 out. By pipes and not by files: a file could be a link that leads the bot's hand elsewhere.
/// </summary>
public static class ImageProtocol
{
    /// <summary>The exit code for an image that is left out; standard error has the reason.</summary>
    public const int LeftOut = 65;

    /// <summary>The reading process's whole life.</summary>
    /// <returns>Its exit code.</returns>
    public static int Serve(TextReader input, TextWriter output, TextWriter error)
    {
        try
        {
            var image = ImageReencoder.Reencode(Convert.FromBase64String(input.ReadToEnd()));
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{image.MediaType} {image.Width} {image.Height}"));
            output.Write(Convert.ToBase64String(image.Bytes));
            return 0;
        }
        catch (FormatException reason)
        {
            error.Write(reason.Message);
            return LeftOut;
        }
    }

    /// <summary>Reads what the process wrote, and believes nothing of it.</summary>
    /// <exception cref="FormatException">It does not keep to the form, or the bytes do not begin as the media type does.</exception>
    internal static ReencodedImage Read(string output)
    {
        var line = output.IndexOf('\n', StringComparison.Ordinal);
        if (line < 0 || output[..line].Trim().Split(' ') is not [var type, var width, var height]
            || !int.TryParse(width, NumberStyles.None, CultureInfo.InvariantCulture, out var w)
            || !int.TryParse(height, NumberStyles.None, CultureInfo.InvariantCulture, out var h))
        {
            throw new FormatException("The first line is not of the form.");
        }

        var bytes = Convert.FromBase64String(output[(line + 1)..]);
        ReadOnlySpan<byte> beginning = type switch
        {
            "image/png" => [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10],
            "image/jpeg" => [0xFF, 0xD8, 0xFF],
            _ => throw new FormatException("Another media type."),
        };
        return bytes.AsSpan().StartsWith(beginning) ? new ReencodedImage(type, w, h, bytes) : throw new FormatException("Another beginning.");
    }
}
