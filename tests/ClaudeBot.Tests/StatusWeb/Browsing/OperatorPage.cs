using PuppeteerSharp;

namespace ClaudeBot.Tests.StatusWeb.Browsing;

internal static class OperatorPage
{
    extension(IPage page)
    {
        /// <summary>Signs in as a person does, and is on the first page then.</summary>
        public async Task SignInAsync(Uri address)
        {
            await page.GoToAsync(new Uri(address, "/sign-in").AbsoluteUri);
            await page.TypeAsync("input[name=token]", StatusWebLab.Token);
            await page.SendAsync("form[action='/sign-in']");
        }

        /// <summary>Presses the button of a form and waits for the page that follows.</summary>
        public async Task SendAsync(string form)
        {
            var next = page.WaitForNavigationAsync();
            await page.ClickAsync($"{form} button");
            await next;
        }
    }
}
