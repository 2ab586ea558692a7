import "@thioscope/views/views.css";
import "./page.css";
import { setTheme } from "@thioscope/views";
import { createRoot } from "react-dom/client";
import { App } from "./App.tsx";

try {
  const theme = localStorage.getItem("theme");
  if (theme === "light" || theme === "dark") setTheme(theme);
} catch {
  // storage refused: the system's preference holds
}

const place = document.getElementById("app");
if (place) createRoot(place).render(<App />);
