import { all } from './dom.ts';

/** Marks the section in view among the links to all of them. */
export function currentSection(): void {
  const links = new Map(
    all<HTMLAnchorElement>('.contents a').map((link) => [link.getAttribute('href')!.slice(1), link]),
  );
  const observer = new IntersectionObserver(
    (entries) => {
      const entered = entries.find((entry) => entry.isIntersecting);
      if (entered === undefined) return;
      for (const [id, link] of links) {
        if (id === entered.target.id) link.setAttribute('aria-current', 'true');
        else link.removeAttribute('aria-current');
      }
    },
    { rootMargin: '-10% 0px -80% 0px' },
  );
  for (const section of all('main > section')) observer.observe(section);
}
