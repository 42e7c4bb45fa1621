using ClaudeBot.Images;
using ClaudeBot.Processes;
using ClaudeBot.Sandbox;
using Microsoft.Extensions.Logging.Abstractions;
using SkiaSharp;

namespace ClaudeBot.Tests.Images;

/// <summary>The process that reads an untrusted image, in its sandbox.</summary>
public sealed class ImageReaderTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_image_is_read_in_a_sandbox_and_a_bad_one_gives_its_reason()
    {
        var image = await Reader().ReadAsync(Pictures.Polyglot("SECRET"), Token);

        (image.MediaType, image.Width, image.Height).ShouldBe(("image/png", 40, 30));
        Pictures.Middle(image.Bytes).ShouldBe(SKColors.Red);
        (await Should.ThrowAsync<ImageException>(Reader().ReadAsync(Pictures.Promising(50_000, 50_000), Token))).Message.ShouldBe("too many pixels");
    }

    [Fact]
    public async Task A_reader_that_does_something_else_is_not_believed()
    {
        var folder = Directory.CreateTempSubdirectory("reader-");
        try
        {
            // Not an assembly: whatever runs there ends as no image reader does.
            var other = Path.Combine(folder.FullName, "Other.dll");
            await File.WriteAllTextAsync(other, "no assembly", Token);

            (await Should.ThrowAsync<ImageException>(Reader(new ImageOptions { Program = other }).ReadAsync([1], Token))).Message.ShouldBe("cut off or damaged");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("image/png 1 1")]
    [InlineData("image/svg+xml 1 1\nPHN2Zy8+")]
    [InlineData("image/png 1 1\nPHN2Zy8+")]
    [InlineData("image/png 1 -1\niVBORw0KGgo=")]
    [InlineData("image/png 1 1\n!!")]
    public void An_answer_out_of_form_is_no_image(string output) => Should.Throw<FormatException>(() => ImageProtocol.Read(output));

    [Fact]
    public async Task A_reader_without_end_is_ended()
    {
        var reader = Reader(new ImageOptions { ReadTimeout = TimeSpan.FromMilliseconds(1) });

        (await Should.ThrowAsync<ImageException>(reader.ReadAsync(Pictures.Plain(10, 10, SKColors.Red), Token))).Message.ShouldBe("takes too long to read");
    }

    private static ImageReader Reader(ImageOptions? options = null) => new(
        new SandboxRunner(new ProcessRunner(TimeProvider.System), new SandboxOptions(), NullLogger<SandboxRunner>.Instance), options ?? new ImageOptions(), NullLogger<ImageReader>.Instance);
}
