// Keeps the open page fresh: hears that there is news, reads the page again and puts in the parts that changed. The
// pages are whole without it. It makes no HTML out of text: the browser parses the server's own answer.
'use strict';
(() => {
  const main = document.querySelector('main[data-live]');
  const word = document.getElementById('live');
  if (!main || !main.dataset.live || !window.EventSource) return;
  const shortest = 1000, longest = 30000;
  let reading = false, again = false;

  const say = (text, state) => {
    if (word.textContent !== text) word.textContent = text;
    word.dataset.state = state;
  };

  const isTyping = () => document.activeElement && document.activeElement.matches('input, select, textarea');

  const isTouched = part => [...part.querySelectorAll('input:not([type=hidden]), select, textarea')].some(field =>
    field.options ? [...field.options].some(option => option.selected !== option.defaultSelected) : field.value !== field.defaultValue);

  // What a person has typed, opened or reached must outlast the change.
  const put = (old, fresh) => {
    const focused = old.contains(document.activeElement) ? document.activeElement : null;
    if ((focused && isTyping()) || isTouched(old)) return;
    for (const details of old.querySelectorAll('details[id][open]')) {
      const same = fresh.querySelector('#' + CSS.escape(details.id));
      if (same) same.open = true;
    }
    if (old.isEqualNode(fresh)) return;
    const address = focused && focused.getAttribute('href');
    old.replaceWith(fresh);
    if (address) {
      const same = [...fresh.querySelectorAll('a[href]')].find(link => link.getAttribute('href') === address);
      if (same) same.focus({ preventScroll: true });
    }
  };

  const done = () => {
    reading = false;
    setTimeout(() => { if (again) read(); }, shortest);
  };

  const read = () => {
    if (reading) { again = true; return; }
    reading = true;
    again = false;
    const request = new XMLHttpRequest();
    request.open('GET', location.href);
    request.responseType = 'document';
    request.onload = () => {
      const page = request.response;
      if (page && request.status < 500) {
        const old = [...document.querySelectorAll('main [data-part][id], #freshness')];
        const fresh = new Map([...page.querySelectorAll('main [data-part][id], #freshness')].map(part => [part.id, part]));
        // A page with other parts is another page: it was signed out, or the task is gone.
        if (old.length !== fresh.size || old.some(part => !fresh.has(part.id))) {
          if (!isTyping()) { location.reload(); return; }
        }
        for (const part of old) put(part, document.importNode(fresh.get(part.id), true));
      }
      done();
    };
    request.onerror = done;
    request.send();
  };

  let source = null, over = false;

  const listen = () => {
    if (source || over || document.hidden) return;
    source = new EventSource(main.dataset.live);
    source.onopen = () => say('Live', 'on');
    for (const kind of ['message', 'change', 'transcript']) source.addEventListener(kind, read);
    source.addEventListener('end', () => { over = true; leave(); say('Ended', 'off'); read(); });
    source.onerror = () => {
      say('Not connected, trying again', 'off');
      if (source.readyState === EventSource.CLOSED) { leave(); setTimeout(listen, longest); }
    };
  };

  const leave = () => {
    if (source) source.close();
    source = null;
  };

  // A browser has few connections to one server: a page that nobody sees holds none.
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) { leave(); return; }
    listen();
    read();
  });

  // Ages grow by themselves.
  setInterval(() => { if (!document.hidden) read(); }, longest);
  listen();
})();
