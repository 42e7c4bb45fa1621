using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using SkiaSharp;

namespace ClaudeBot.Tests.Images;

/// <summary>Images to try things with, good and bad.</summary>
internal static class Pictures
{
    /// <summary>One colour all over.</summary>
    public static byte[] Plain(int width, int height, SKColor color, SKEncodedImageFormat format = SKEncodedImageFormat.Png)
    {
        using var bitmap = new SKBitmap(width, height);
        bitmap.Erase(color);
        return bitmap.Encode(format, 90).ToArray();
    }

    /// <summary>The colour in the middle.</summary>
    public static SKColor Middle(byte[] image)
    {
        using var bitmap = SKBitmap.Decode(image);
        return bitmap.GetPixel(bitmap.Width / 2, bitmap.Height / 2);
    }

    /// <summary>A PNG whose header promises a size that its few bytes cannot hold.</summary>
    public static byte[] Promising(uint width, uint height) => Png(width, height, Packed(new byte[1024]));

    /// <summary>A small file that is black pixels by the hundred million when it is unpacked.</summary>
    public static byte[] Bomb(uint width, uint height)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            var row = new byte[1 + (3 * width)];
            for (var y = 0; y < height; y++)
                zlib.Write(row);
        }

        return Png(width, height, packed.ToArray());
    }

    /// <summary>A good PNG that also holds a text in its metadata, and is a page and an archive to those who read it as such.</summary>
    public static byte[] Polyglot(string secret)
    {
        var png = Plain(40, 30, SKColors.Red);
        var text = Chunk("tEXt", Encoding.Latin1.GetBytes($"Comment\0{secret}"));
        return [.. png.AsSpan(0, 33), .. text, .. png.AsSpan(33), .. Encoding.UTF8.GetBytes($"<script>{secret}</script>PK\u0003\u0004{secret}")];
    }

    /// <summary>A GIF of two frames of 2 x 2 pixels, red and then blue.</summary>
    public static byte[] Animated() =>
        Convert.FromHexString($"47494638396102000200800000ff00000000ff21ff0b4e45545343415045322e300301000000{Frame(0)}{Frame(1)}3b");

    private static string Frame(int color) => $"21f904000a0000002c000000000200020000{Lzw(color)}";

    private static string Lzw(int color)
    {
        // Code size 2: clear 4, end 5, codes of 3 bits; a clear before each pixel keeps the table from growing.
        var codes = new List<int>();
        for (var i = 0; i < 4; i++)
            codes.AddRange([4, color]);
        codes.Add(5);
        var bits = codes.SelectMany(code => Enumerable.Range(0, 3).Select(bit => (code >> bit) & 1)).ToList();
        while (bits.Count % 8 != 0)
            bits.Add(0);
        var bytes = bits.Chunk(8).Select(eight => (byte)eight.Select((bit, at) => bit << at).Sum()).ToArray();
        return $"02{bytes.Length:x2}{Convert.ToHexStringLower(bytes)}00";
    }

    private static byte[] Png(uint width, uint height, byte[] packed)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteUInt32BigEndian(header, width);
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (8, 2);
        return [0x89, .. "PNG\r\n\u001a\n"u8, .. Chunk("IHDR", header), .. Chunk("IDAT", packed), .. Chunk("IEND", [])];
    }

    private static byte[] Packed(byte[] raw)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
            zlib.Write(raw);
        return packed.ToArray();
    }

    private static byte[] Chunk(string kind, byte[] data)
    {
        byte[] named = [.. Encoding.ASCII.GetBytes(kind), .. data];
        var (length, sum) = (new byte[4], new byte[4]);
        BinaryPrimitives.WriteInt32BigEndian(length, data.Length);
        BinaryPrimitives.WriteUInt32BigEndian(sum, Crc(named));
        return [.. length, .. named, .. sum];
    }

    private static uint Crc(byte[] data) => ~data.Aggregate(0xFFFFFFFFu, (crc, value) =>
    {
        crc ^= value;
        for (var bit = 0; bit < 8; bit++)
            crc = (crc & 1) == 1 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
        return crc;
    });
}
