import "./recordings-screen";
