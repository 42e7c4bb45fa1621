using System.Collections.Concurrent;
using PuppeteerSharp;

namespace ClaudeBot.Tests.StatusWeb.Browsing;

/// <summary>Looks at pages for anything that ran, was stopped by the policy, called elsewhere, or does not belong on a page of ours.</summary>
internal sealed class PageWatch
{
    // Violations are heard by a script of the test's own, which the page's policy does not touch.
    private const string Listen = """
        () => {
          window.watched = [];
          document.addEventListener('securitypolicyviolation', e => window.watched.push(`violation of ${e.violatedDirective} by ${e.blockedURI}`));
        }
        """;

    // Script that was let in has run by the time a later task does.
    private const string Look = """
        async origins => {
          await new Promise(done => setTimeout(done));
          const known = new Set(('html head meta title link body header main footer section article div p h1 h2 h3 h4 dl dt dd ol ul li span b small bdi time a ' +
            'table caption thead tbody tr th td form fieldset legend label input select option datalist button nav figure figcaption details summary ' +
            'code pre meter noscript').split(' '));
          const drawn = new Set('svg g rect circle path text polyline title'.split(' '));
          const isOurs = element =>
            known.has(element.localName) ||
            (drawn.has(element.localName) && element.closest('.brand > svg, .badge > svg, figure.chart > svg')) ||
            (element.localName === 'script' && !element.textContent && new RegExp('^/status[.]js[?]v=[0-9a-f]+$').test(element.getAttribute('src')));
          const found = [...window.watched];
          for (const element of document.querySelectorAll('*')) {
            if (!isOurs(element)) found.push(`element ${element.localName}`);
            for (const { name, value } of element.attributes) {
              if (/^on|^style$|^srcdoc$/.test(name)) found.push(`attribute ${name}`);
              if (/^(href|src|action|formaction|data|poster)$/.test(name) && !origins.includes(new URL(value, location.href).origin)) found.push(`link to ${value}`);
            }
          }
          return found;
        }
        """;

    private readonly ConcurrentQueue<string> _found = new();
    private readonly IPage _page;
    private readonly Uri _own;

    private PageWatch(IPage page, Uri own) => (_page, _own) = (page, own);

    /// <param name="own">The only server that may be called.</param>
    public static async Task<PageWatch> StartAsync(IPage page, Uri own)
    {
        var watch = new PageWatch(page, own);
        page.Dialog += async (_, e) =>
        {
            watch._found.Enqueue($"dialog {e.Dialog.Message}");
            await e.Dialog.Dismiss();
        };
        page.Console += (_, e) => watch._found.Enqueue($"console {e.Message.Text}");
        page.PageError += (_, e) => watch._found.Enqueue($"error {e.Message}");
        page.Request += (_, e) =>
        {
            if (!e.Request.Url.StartsWith(own.AbsoluteUri, StringComparison.Ordinal))
                watch._found.Enqueue($"request of {e.Request.Url}");
        };
        await page.EvaluateFunctionOnNewDocumentAsync(Listen);
        return watch;
    }

    /// <summary>Opens a page and gives what was found there since the last look.</summary>
    public async Task<IReadOnlyList<string>> OpenAsync(string path)
    {
        await _page.GoToAsync(new Uri(_own, path).AbsoluteUri);
        return await LookAsync();
    }

    /// <summary>What was found on the page that is open.</summary>
    public async Task<IReadOnlyList<string>> LookAsync()
    {
        var onPage = await _page.EvaluateFunctionAsync<string[]>(Look, (object)new[] { _own.GetLeftPart(UriPartial.Authority), "https://github.com" });
        var found = _found.Concat(onPage).ToArray();
        _found.Clear();
        return found;
    }
}
