import "./event-screen";
import "./timeline-screen";
