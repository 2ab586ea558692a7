/** A framework-free view inside React: mounted once, updated when its model changes, destroyed with the component. */
import type { Mounted } from "@thioscope/views";
import { useEffect, useRef } from "react";

export function View<Model>(props: {
  mount: (element: HTMLElement, model: Model) => Mounted<Model>;
  model: Model;
  className?: string;
}): React.JSX.Element {
  const { mount, model, className } = props;
  const place = useRef<HTMLDivElement>(null);
  const mounted = useRef<{ view: Mounted<Model>; model: Model } | null>(null);
  const latest = useRef(model);
  latest.current = model;
  useEffect(() => {
    if (!place.current) return;
    const view = mount(place.current, latest.current);
    mounted.current = { view, model: latest.current };
    return () => {
      view.destroy();
      mounted.current = null;
    };
  }, [mount]);
  useEffect(() => {
    const current = mounted.current;
    if (!current || current.model === model) return;
    current.model = model;
    current.view.update(model);
  }, [model]);
  return <div ref={place} className={className} />;
}
